"""What happened to a request, complete and in order: its audit chain, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.audit.queries import list_entries
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.purchases.queries.hiding import without_hidden
from collab.purchases.queries.requests import get_purchase, relations
from collab.purchases.queries.wording import changes

SAID = ("seat", "turn", "opinion", "stage", "to", "resume")
NAMED = frozenset({"round", "step", "step_name", "office", *SAID})


CONVERSATION = frozenset({"comment", "comment_corrected", "comment_withdrawn"})
"""What the thread of a request shows."""


@dataclass(frozen=True)
class Event:
    """One line of the history; `actor` is an e-mail or "system"."""

    seq: int
    round: int | None
    step: int | None
    step_name: tuple[str, str] | None
    verb: str
    actor: str
    acting_for: str | None
    office: str | None
    at: datetime
    comment: str | None
    before: Any
    after: Any
    content_version: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def more(self) -> dict[str, Any]:
        """Everything kept with it that has no name of its own here. What was said in the conversation is read there, where
        it can be withdrawn."""
        if self.verb in CONVERSATION:
            return {}
        return {name: value for name, value in self.details.items() if name not in NAMED}


def history(viewer: Actor, key: str) -> list[Event]:
    """Every event of a request, system events included. Raises NotFound, NotAllowed."""
    purchase = get_purchase(viewer, key)
    permits.check("purchase.history", relations(viewer, purchase), purchase.state)
    entries = list_entries(key)
    contents = without_hidden(viewer, [content for entry in entries for content in (entry.before, entry.after)])
    return [
        _event(entry, before, after)
        for entry, before, after in zip(entries, contents[::2], contents[1::2], strict=True)
    ]


def may_read(viewer: Actor, key: str) -> bool:
    """Whether somebody reads what happened to a request they see."""
    purchase = get_purchase(viewer, key)
    return permits.allows("purchase.history", relations(viewer, purchase), purchase.state)


def compared(
    viewer: Actor, before: Mapping[str, Any], after: Mapping[str, Any], how: Reader
) -> list[tuple[str, str, str]]:
    """Every field that differs between two contents, without what is hidden from the viewer."""
    old, new = without_hidden(viewer, [before, after])
    return changes(old, new, how)


def _event(entry: Any, before: Any, after: Any) -> Event:
    details = entry.details or {}
    name = details.get("step_name")
    return Event(
        seq=entry.seq, round=details.get("round"), step=details.get("step"), step_name=tuple(name) if name else None,
        verb=entry.verb, actor=entry.actor, acting_for=entry.acting_for, office=details.get("office"), at=entry.at,
        comment=entry.reason, before=before, after=after,
        content_version=details.get("content_version"), details=details,
    )  # fmt: skip
