"""When people change: what was asked of whoever left goes to their side's lead, and a closed initiative asks nobody any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.blueprints.models import Requirement
from collab.blueprints.queries.blueprints import PAPER, find_row
from collab.blueprints.queries.items import RequirementView, definitions_of, find_requirement, requirements_of
from collab.blueprints.queries.waiting import open_of, wait_key, waits_for
from collab.blueprints.rules.requirements import ASKED, COMMITTED, COUNTERED, OPEN, other
from collab.blueprints.service import telling
from collab.blueprints.service.drawing import Drawn, changed
from collab.escalations.service import end as end_waits
from collab.initiatives.queries import PREFIX, InitiativeView
from collab.initiatives.service.events import InitiativeClosed, LeadsChanged
from collab.initiatives.service.holding import locked
from collab.kernel.db import db
from collab.kernel.keys import key_of
from collab.people.service import MemberLeft
from collab.signatures.service.voiding import void_open

_requirements: Table = Requirement.__table__  # type: ignore[assignment]


def leave(left: MemberLeft) -> None:
    """What somebody who left was to answer or deliver is their side's lead's, what they asked for is their own side's lead's
    (registered at start-up). An owner of a meeting point who left stays named there: its page asks for another."""
    theirs = open_of([left.member])
    for key in sorted({key_of(PREFIX, one.initiative) for one in theirs}):
        initiative = locked(key)
        for one in theirs:
            if one.initiative == initiative.id:
                _pass_on(initiative, one, _heir(initiative, one, left.member), left.at)


def led_anew(event: LeadsChanged) -> None:
    """What waited for a lead who leads no more waits for whoever leads now, and nobody signs for them what still waits for a
    signature (registered at start-up)."""
    for paper in (PAPER, *(one.paper for one in definitions_of(event.initiative.id))):
        void_open(event.initiative.key, paper, reason="leads", actor=event.actor, now=event.at)
    slots = {held.slot for held in event.went}
    for one in requirements_of(event.initiative.id):
        if one.state == ASKED and one.answerer is None and other(one.side) in slots:
            _pass_on(event.initiative, one, {}, event.at)


def over(event: InitiativeClosed) -> None:
    """Nobody waits for anything of a closed initiative (registered at start-up)."""
    keys = [wait_key(one) for one in requirements_of(event.initiative.id) if one.state in OPEN]
    end_waits(keys, reason="over", now=event.at)


def _heir(initiative: InitiativeView, one: RequirementView, gone: int) -> dict[str, Any]:
    """The columns in which whoever leads takes the place of somebody who left."""
    asking, answering = initiative.lead(one.side), initiative.lead(other(one.side))
    found: dict[str, Any] = {}
    if one.answerer == gone:
        found["answerer_id"] = answering.member if one.state != ASKED and answering else None
    if one.asker == gone and asking is not None and asking.member != found.get("answerer_id", one.answerer):
        found["asker_id"] = asking.member
    return found


def _pass_on(initiative: InitiativeView, one: RequirementView, values: Mapping[str, Any], now: datetime) -> None:
    """Write who has it now; whoever must act gets the time of a new ask, a promise keeps its day."""
    row = find_row(initiative.id)
    if row is None:
        return
    held = Drawn(initiative, row, frozenset(), {})
    if values:
        db.session.execute(update(_requirements).where(_requirements.c.id == one.id).values(**values))
    fresh = find_requirement(initiative.id, one.id) or one
    late = waits_for(fresh, initiative)
    if fresh.state in (ASKED, COUNTERED) or (
        fresh.state == COMMITTED and fresh.due_at is not None and fresh.due_at <= now
    ):
        due = telling.answer_due(late, now)
        db.session.execute(update(_requirements).where(_requirements.c.id == one.id).values(due_at=due))
        fresh = find_requirement(initiative.id, one.id) or fresh
    changed(held, "pass_on", None, now=now, on_paper=False, details={"requirement": one.id})
    telling.restart_clock(fresh, initiative, reason="passed_on", now=now)
    if late is not None:
        telling.ask(held, fresh, now=now)
