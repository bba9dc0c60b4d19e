"""What differs between two versions of a request, for whoever looks at its page."""

from __future__ import annotations

from collections.abc import Sequence

from collab.approvals.rules.verbs import ON_SEATS
from collab.kernel.i18n import Reader
from collab.purchases.queries.history import Event
from collab.purchases.queries.wording import Say, changes

__all__ = ["Say", "between_rounds", "changes", "since_seen"]
DECIDED = frozenset({*ON_SEATS, "review", "decide", "lift", "undo"})
"""What somebody does who has read the content as it was then."""


def between_rounds(
    events: Sequence[Event], how: Reader, viewer: str = ""
) -> tuple[int, list[tuple[str, str, str]]] | None:
    """What the requester changed since the round the viewer (an e-mail) decided in last, else since the round before:
    that round's number and the changes; None in the first round."""
    submitted = [event for event in events if event.verb == "submit" and event.after]
    if len(submitted) <= 1:
        return None
    *earlier, now = submitted
    mine = {event.round for event in events if event.actor == viewer and event.verb in DECIDED}
    before = next((event for event in reversed(earlier) if event.round in mine), earlier[-1])
    return before.round or 1, changes(before.after, now.after, how)


def since_seen(events: Sequence[Event], seen: int, how: Reader) -> list[tuple[str, str, str]]:
    """What changed since somebody saw a version of the content."""
    submitted = [event for event in events if event.verb == "submit" and event.after]
    known = [event for event in submitted if (event.content_version or 0) <= seen]
    return changes((known or submitted)[-1 if known else 0].after, submitted[-1].after, how) if submitted else []
