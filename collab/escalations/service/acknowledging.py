"""Somebody sees to it: the climb stops until their word runs out. Acknowledged is not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.escalations.models import Escalation
from collab.escalations.rules.climb import passed
from collab.escalations.rules.policies import thaw
from collab.escalations.rules.states import ACKNOWLEDGED
from collab.escalations.service import holding
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.outbox import service as outbox

_waits: Table = Escalation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Acknowledged:
    """Told inside the transaction in which somebody took a wait upon themselves."""

    escalation: int
    key: str
    subject: str
    by: Actor
    until: datetime
    at: datetime


def acknowledge(*, actor: Actor, escalation_id: int, now: datetime) -> datetime:
    """The actor sees to it: nobody else hears until the moment returned, counted on the actor's own calendar; then the next
    loop begins from the top.

    Raises:
        NotFound: no such wait.
        NotAllowed: it was not put before the actor.
        NotNow: nothing has climbed yet, somebody else sees to it, or it is over.
    """
    with atomic():
        row = holding.held(escalation_id)
        holding.check("escalation.acknowledge", actor, row)
        until = passed(thaw(row.policy).ack, now, calendar_or_default(actor.calendar))
        change = {
            "state": ACKNOWLEDGED, "acknowledged_by_id": actor.id, "acknowledged_at": now, "next_at": until, "owner_id": None,
        }  # fmt: skip
        run(update(_waits).where(_waits.c.id == row.id).values(**change))
        details = {"wait": row.key, "watch": row.watch, "rung": row.rung, "loop": row.loop, "until": until.isoformat()}
        audit.record("escalation_acknowledged", row.subject_key, actor=actor, at=now, details=details)
        outbox.repaint(row.subject_key, turn=f"escalation:{row.id}:acknowledged:{now.isoformat()}", now=now)
        reactions.emit(Acknowledged(row.id, row.key, row.subject_key, actor, until, now))
    return until
