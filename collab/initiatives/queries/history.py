"""Everything that happened to an initiative, in order."""

from __future__ import annotations

from functools import partial

from collab.audit.queries import Event, list_events
from collab.goals.queries import without_hidden
from collab.initiatives.queries.initiatives import get_initiative, relations_of
from collab.kernel.actor import Actor
from collab.kernel.permits import permits


def list_history(viewer: Actor, key: str) -> list[Event]:
    """Complete and in order; goals hidden from the viewer are not named. Raises NotFound; NotAllowed for a guest, who sees an
    initiative but not how it came about."""
    initiative = get_initiative(viewer, key)
    permits.check("initiative.history", relations_of(viewer, initiative))
    return list_events(initiative.key, partial(without_hidden, viewer))
