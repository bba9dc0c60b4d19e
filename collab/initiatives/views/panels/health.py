"""How it goes, on the paper of an initiative: since when the sides differ, what was said before, and one's own word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.work import healths_of
from collab.initiatives.rules.health import STALE_AFTER, Said, divergence
from collab.initiatives.rules.moves import HEALTHS
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people

TEMPLATE = "initiatives/parts/health.html"
SHOWN = 4


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """Nothing to guests, and nothing where nothing was said and the viewer says nothing."""
    here = relations_of(viewer, initiative)
    if not permits.allows("initiative.show_work", here):
        return None
    said = healths_of([initiative.id]).get(initiative.id, [])
    mine = next((held for held in initiative.leads if held.member == viewer.id), None)
    may_say = mine is not None and permits.allows("initiative.health", here, initiative.state)
    if not said and not may_say:
        return None
    apart = divergence(said, now)
    names = people.names_of(one.member for one in said)
    rows = [_row(one, names, how) for one in reversed(said)]
    return {
        "may_say": may_say, "mine": mine.health if mine else "", "rows": rows[:SHOWN], "earlier": rows[SHOWN:],
        "apart": how.say("initiative.going.apart", at=how.day(day_in(apart.since, how.zone))) if apart else "",
        "stale": how.say("initiative.going.stale", n=STALE_AFTER.days) if apart and apart.stale else "",
        "choices": [[code, how.say(f"web.status.{code}")] for code in HEALTHS],
    }  # fmt: skip


def _row(one: Said, names: Any, how: Reader) -> dict[str, Any]:
    return {
        "who": how.name(names[one.member]), "health": one.health, "note": one.note, "at": how.day(day_in(one.at, how.zone)),
    }  # fmt: skip
