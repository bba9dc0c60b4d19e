"""Everything that happened to an initiative, in order."""

from __future__ import annotations

from collab.audit.queries import list_entries
from collab.goals.queries import without_hidden
from collab.goals.queries.history import Event
from collab.initiatives.queries.initiatives import get_initiative, relations_of
from collab.kernel.actor import Actor
from collab.kernel.permits import permits

__all__ = ["Event", "list_history"]


def list_history(viewer: Actor, key: str) -> list[Event]:
    """Complete and in order; goals hidden from the viewer are not named. Raises NotFound; NotAllowed for a guest, who sees an
    initiative but not how it came about."""
    initiative = get_initiative(viewer, key)
    permits.check("initiative.history", relations_of(viewer, initiative))
    rows = list_entries(initiative.key)
    contents = without_hidden(viewer, [content for row in rows for content in (row.before, row.after)])
    return [
        Event(row.seq, row.verb, row.actor, row.acting_for, row.at, row.reason, before, after)
        for row, before, after in zip(rows, contents[::2], contents[1::2], strict=True)
    ]
