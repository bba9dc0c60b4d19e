"""Writing an initiative down: the customer's problem first, then who leads it for either side and which goals it serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.goals.queries import GoalView
from collab.initiatives.models import PREFIX, Initiative
from collab.initiatives.queries import InitiativeView
from collab.initiatives.rules.moves import IDEA
from collab.initiatives.service import content, holding, linking, seats, telling
from collab.initiatives.service.seats import Seat
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
FIRST = {"kind": "delivery", "visibility": "company"}
"""What an initiative is where nobody says otherwise."""


def create(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> InitiativeView:
    """Write an idea down and tell whom it names as leads. `fields` as the API has them.

    Raises:
        Invalid: every complaint by field: no title, problem or journey stage; no lead for either side, or not of two sides; no
            goal the actor may see; an experiment without hypothesis, measure or last day.
        NotAllowed: guests and auditors begin nothing.
    """
    permits.check("initiative.create", actor.roles)
    with atomic():
        problems: dict[str, Text] = {}
        values = {**FIRST, **content.columns({**dict.fromkeys(content.NEEDED), **fields}, problems)}
        content.check_whole(values, problems, now=now, new_day=True)
        chosen = _leads(fields.get("leads") or (), problems, now)
        goals = _goals(actor, fields.get("goals") or (), problems)
        if problems:
            raise Invalid(problems)
        key = _write(values, chosen, goals, actor, now)
        after = {**content.plain(values), "leads": seats.said(chosen), "goals": [one.key for one in goals]}
        audit.record("create", key, actor=actor, at=now, after=after)
        fresh = holding.locked(key)
        telling.told(fresh, "create", actor, now=now, whom=telling.leads(fresh))
        return fresh


def _leads(entries: Any, problems: dict[str, Text], now: datetime) -> list[Seat]:
    named = {slot: seat for slot, seat in seats.named(entries, problems, now=now).items() if seat}
    at = {entry.get("slot"): f"leads.{number}" for number, entry in enumerate(entries)}
    if not any(name.startswith("leads.") for name in problems):
        seats.check_together(named, at, problems)
    return list(named.values())


def _goals(actor: Actor, keys: Any, problems: dict[str, Text]) -> list[GoalView]:
    if not keys:
        problems["goals"] = Text("initiative.problem.goal_needed")
    elif len(keys) > linking.MOST:
        problems["goals"] = Text("field.too_many", {"n": linking.MOST})
        return []
    return linking.wanted(actor, keys, problems)


def _write(
    values: Mapping[str, Any], chosen: Iterable[Seat], goals: Iterable[GoalView], actor: Actor, now: datetime
) -> str:
    row = {**values, "state": IDEA, "version": 1, "created_by_id": actor.id, "created_at": now}
    number = int(db.session.scalar(insert(_initiatives).values(**row).returning(_initiatives.c.id)) or 0)
    seats.write(number, chosen, now=now)
    linking.tie(number, goals, actor, now)
    key = key_of(PREFIX, number)
    subjects.introduce(key, "initiative")
    return key
