"""The blueprint's section on the paper of its initiative: which version stands, and what needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.blueprints.queries.blueprints import find_whole, may_see
from collab.blueprints.queries.citing import since_signed
from collab.initiatives.queries import InitiativeView, relations_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> Mapping[str, Any] | None:
    """What the paper shows; nothing to a guest, and nothing while nobody opened it and the viewer cannot."""
    if not may_see(viewer, initiative):
        return None
    view = find_whole(initiative)
    may_open = permits.allows("blueprint.open", relations_of(viewer, initiative), initiative.state)
    if view is None:
        return {"opened": False} if may_open else None
    return {
        "opened": True, "counts": view.counts(now), "points": len(view.points), "version": view.row.version,
        "signed": view.row.signed_version, "changes": len(since_signed(view)), "marks": list(marks(view.counts(now), how)),
    }  # fmt: skip


def marks(counts: Any, how: Reader) -> list[dict[str, str]]:
    """What stands out, in a few words each."""
    found = (
        ("bad", "overdue", counts.overdue), ("warn", "unanswered", counts.unanswered),
        ("warn", "unjustified", counts.unjustified), ("warn", "unratified", counts.unratified),
    )  # fmt: skip
    return [
        {"tone": tone, "text": how.say(f"blueprint.page.mark.{word}", n=number)}
        for tone, word, number in found
        if number
    ]
