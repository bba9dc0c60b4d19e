"""Initiatives as lines of a list: how both sides say it goes side by side, where the charter stands, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.queries.upcoming import next_milestones
from collab.initiatives.rules.moves import CLOSED, SIDES
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.people import queries as people

CHARTER_LOOKS = {"valid": "ok", "open": "waiting", "draft": "draft", "none": "draft"}
"""How the state of a charter looks, by the looks of the components."""


def rows(found: Sequence[InitiativeView], how: Reader, now: datetime, *, inside: bool) -> list[dict[str, Any]]:
    """Lines of a list; `inside` is False for a guest, who reads neither health nor charter."""
    ids = [one.id for one in found]
    charters = charter_state(ids) if inside else {}
    upcoming = next_milestones(ids)
    units = {row.code: how.name(row) for row in people.list_departments()}
    today = day_in(now, how.zone)
    return [
        {
            "key": one.key, "title": one.title, "state": one.state, "apart": inside and apart(one),
            "sides": sides(one, units), "charter": "" if one.state == CLOSED else charters.get(one.id, ""),
            "charter_look": CHARTER_LOOKS.get(charters.get(one.id, ""), "waiting"),
            "next": _next(upcoming[one.id], how, today) if one.id in upcoming and one.state != CLOSED else None,
        }
        for one in found
    ]  # fmt: skip


def apart(one: InitiativeView) -> bool:
    """Whether the two sides say different things of how it goes."""
    said = {held.health for held in one.leads if held.slot in SIDES and held.health}
    return len(said) > 1


def sides(one: InitiativeView, units: Mapping[str, str]) -> list[dict[str, Any]]:
    """The two sides with what each says, by department."""
    return [
        {"department": units.get(held.department, held.department), "health": held.health}
        for held in one.leads
        if held.slot in SIDES
    ]


def _next(milestone: Any, how: Reader, today: date) -> dict[str, str]:
    late = milestone.due_on < today
    return {"title": milestone.title, "due": how.day(milestone.due_on), "due_state": "late" if late else "ok"}
