"""An initiative in the API's shape."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from collab.goals.queries import PREFIX as GOAL
from collab.goals.queries import without_hidden
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.queries.guests import Guest, least_of
from collab.initiatives.queries.standing import lacks_of_each
from collab.initiatives.rules.moves import CLOSED
from collab.kernel.actor import Actor
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people

_PLAIN = (
    "key", "state", "version", "kind", "title", "problem", "journey_stage", "hypothesis", "measured_by", "stops_on",
    "visibility", "created_at", "started_at", "closed_at", "result", "outcome", "lesson",
)  # fmt: skip
VERBS = ("edit", "share", "name_leads", "start", "close")


def bodies(viewer: Actor, initiatives: Sequence[InitiativeView]) -> list[dict[str, Any]]:
    """Initiatives as the viewer may read them: a guest the least of each."""
    if viewer.is_partner:
        return [_guest(one) for one in least_of(viewer, initiatives)]
    ids = [one.id for one in initiatives]
    charters, lacks = charter_state(ids), lacks_of_each(initiatives)
    emails = people.emails_of(number for one in initiatives for number in _people(one))
    goals = without_hidden(viewer, [{"goals": [key_of(GOAL, number) for number in one.goals]} for one in initiatives])
    return [
        {
            **_said(one, emails), **seen, "goals_hidden": len(seen["goals"]) < len(one.goals),
            "charter": charters.get(one.id, "none"), "lacks": [] if one.state == CLOSED else list(lacks[one.id]),
            "can": _can(viewer, one),
        }
        for one, seen in zip(initiatives, goals, strict=True)
    ]  # fmt: skip


def mark_of(body: dict[str, Any]) -> str:
    """What changes whenever anything of it does, the version first where the reader knows it."""
    mark = hashlib.sha256(repr(sorted(body.items())).encode()).hexdigest()[:16]
    return f"{body['version']}.{mark}" if "version" in body else f"0.{mark}"


def _said(one: InitiativeView, emails: dict[int, str]) -> dict[str, Any]:
    sides = people.department_sides()
    return {
        **{name: _plain(getattr(one, name)) for name in _PLAIN}, "creator": emails[one.creator],
        "leads": [
            {
                "slot": held.slot, "area": held.area, "department": held.department, "side": sides.get(held.department),
                "member": emails[held.member], "health": held.health, "health_note": held.health_note,
                "health_at": _plain(held.health_at),
            }
            for held in one.leads
        ],
        "participants": [
            {"member": emails[part.member], "department": part.department, "part": part.part} for part in one.parts
        ],
    }  # fmt: skip


def _people(one: InitiativeView) -> list[int]:
    return [one.creator, *[held.member for held in one.leads], *[part.member for part in one.parts]]


def _can(viewer: Actor, one: InitiativeView) -> list[str]:
    here = relations_of(viewer, one)
    return [verb for verb in VERBS if permits.allows(f"initiative.{verb}", here, one.state)]


def _guest(least: Guest) -> dict[str, Any]:
    milestones = [{"title": title, "due_on": day.isoformat()} for title, day in least.milestones]
    return {**vars(least), "milestones": milestones}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
