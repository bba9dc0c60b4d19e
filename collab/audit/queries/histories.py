"""What happened to one subject, as a reader of it may be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.audit.queries.trail import list_entries


@dataclass(frozen=True)
class Event:
    """One line of a history: `actor` and `acting_for` are e-mails (or `system`), `reason` is what was said; `before` and `after`
    hold what changed. `details` are for who keeps the subject: the API leaves them out unless a feature adds its own."""

    seq: int
    verb: str
    actor: str
    acting_for: str | None
    at: datetime
    reason: str | None
    before: Any
    after: Any
    details: Any = None

    def plain(self) -> dict[str, Any]:
        """As the API says it (`audit.schemas.HistoryEventOut`)."""
        names = ("seq", "verb", "actor", "acting_for", "before", "after")
        return {**{name: getattr(self, name) for name in names}, "at": self.at.isoformat(), "comment": self.reason}


def list_events(subject_key: str, shown: Callable[[Sequence[Any]], Sequence[Any]]) -> list[Event]:
    """Everything that happened to a subject, complete and in order. Of contents, before and after, a reader gets what `shown`
    leaves of them; whether they may read any of it is asked before."""
    rows = list_entries(subject_key)
    contents = shown([content for row in rows for content in (row.before, row.after)])
    return [
        Event(row.seq, row.verb, row.actor, row.acting_for, row.at, row.reason, before, after, row.details)
        for row, before, after in zip(rows, contents[::2], contents[1::2], strict=True)
    ]
