"""Constraints on the paper of an initiative: what stands, and who can lift it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.work import ConstraintView, list_constraints
from collab.initiatives.service.constraints import KINDS
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people

TEMPLATE = "initiatives/parts/constraints.html"


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """Nothing to guests, and nothing where nothing stands and the viewer writes nothing."""
    here = relations_of(viewer, initiative)
    if not permits.allows("initiative.show_work", here):
        return None
    found = list_constraints(initiative.id)
    may_add = permits.allows("initiative.constraint", here, initiative.state)
    if not found and not may_add:
        return None
    names = people.names_of({member for one in found for member in (one.lifter, one.lifted_by) if member})
    rows = []
    for one in found:
        lifter = frozenset({"lifter"}) if one.lifter == viewer.id else frozenset()
        may_lift = one.open and permits.allows("initiative.lift", here | lifter, initiative.state)
        rows.append({**_row(one, names, how), "may_lift": may_lift})
    return {
        "standing": [row for row in rows if row["open"]], "gone": [row for row in rows if not row["open"]], "may_add": may_add,
        "kinds": [[code, how.say(f"initiative.constraint.kind.{code}")] for code in KINDS],
        "people": _able(how, now) if may_add else [],
    }  # fmt: skip


def _row(one: ConstraintView, names: Any, how: Reader) -> dict[str, Any]:
    by = {"who": names[one.lifted_by], "at": one.lifted_at} if one.lifted_by else None
    return {
        "id": one.id, "kind": how.say(f"initiative.constraint.kind.{one.kind}"), "text": one.text, "open": one.open,
        "lifter": how.say("initiative.constraint.lifter", who=names[one.lifter]), "note": one.lift_note,
        "lifted": how.say("initiative.constraint.lifted_by", **by) if by else "",
    }  # fmt: skip


def _able(how: Reader, now: datetime) -> list[list[str]]:
    """Colleagues, by e-mail."""
    return [
        [one.email, one.name(how.locale)] for one in people.list_actors(now) if one.active and "member" in one.roles
    ]
