"""Milestones on the paper of an initiative: what is late first, with an owner of either side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.work import OPEN, MilestoneView, list_milestones
from collab.initiatives.rules.moves import SIDES
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people

TEMPLATE = "initiatives/parts/milestones.html"


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """A guest reads titles, days and states; nothing where there is none and the viewer sets none."""
    here = relations_of(viewer, initiative)
    found = list_milestones(initiative.id)
    may_add = permits.allows("initiative.milestone", here, initiative.state)
    if not found and not may_add:
        return None
    today = people.today(now)
    inside = not viewer.is_partner
    names = people.names_of(member for one in found for member in one.owners) if inside else {}
    rows = [_row(one, names, how, late=one.is_late(today)) for one in found]
    for row, one in zip(rows, found, strict=True):
        owner = frozenset({"owner"}) if viewer.id in one.owners else frozenset()
        row["may_end"] = one.state == OPEN and permits.allows(
            "initiative.milestone_end", here | owner, initiative.state
        )
    return {
        "open": [row for row in rows if row["open"]], "ended": [row for row in rows if not row["open"]],
        "late": sum(row["late"] for row in rows), "may_add": may_add, "sides": _sides(initiative, how, now) if may_add else [],
    }  # fmt: skip


def _row(one: MilestoneView, names: Any, how: Reader, *, late: bool) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title, "day": how.day(one.due_on), "late": late, "open": one.state == OPEN, "state": one.state,
        "note": one.note if names else None, "owners": " · ".join(how.name(names[member]) for member in one.owners if member in names),
    }  # fmt: skip


def _sides(initiative: InitiativeView, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """Whom each side may name: members of its departments that take part, its lead first."""
    sides = people.department_sides()
    units = {row.code: row for row in people.list_departments()}
    everybody = [one for one in people.list_actors(now) if one.active and "member" in one.roles]
    rows = []
    for side in SIDES:
        lead = initiative.lead(side)
        if lead is None:
            continue
        theirs = {code for code in initiative.departments if sides.get(code) == sides.get(lead.department)}
        able = [one for one in everybody if theirs & {*one.departments, *one.leads}]
        able.sort(key=lambda one: (one.id != lead.member, one.email))
        rows.append(
            {"unit": how.name(units[lead.department]), "people": [[one.email, one.name(how.locale)] for one in able]}
        )
    return rows
