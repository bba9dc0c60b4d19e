"""Somebody does not want to wait for the clock: the next rung above the last chance, with a reason, for all to see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.escalations.models import Escalation
from collab.escalations.queries import EscalationView, get_escalation
from collab.escalations.service import climbing, holding
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.kernel.text import storable

_waits: Table = Escalation.__table__  # type: ignore[assignment]
LONGEST_REASON = 1000


def running_of(subject: str) -> EscalationView | None:
    """The open wait of a subject that fell due first: the one meant by whoever names the subject alone."""
    found = holding.first_open(subject)
    return get_escalation(found) if found is not None else None


def escalate(*, actor: Actor, escalation_id: int, reason: str, now: datetime, as_party: bool = False) -> None:
    """Go to the next rung above the last chance at once. Any party may, a late person too: they call their own superior. An
    acknowledgement no longer holds. Whoever hears still hears in their own working hours.

    The engine knows the two sides of the running wait alone; `as_party` is a feature's word that it has checked, under the
    subject's lock, that the actor is a party to the subject. What roles and states forbid stays forbidden.

    Raises:
        Invalid: no reason, or one that is too long.
        NotFound: no such wait.
        NotAllowed: the actor is no party to it.
        NotNow: it is over, or has its last owner already.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON or not storable(said):
        raise Invalid({"reason": Text("escalation.problem.reason", {"most": LONGEST_REASON})})
    with atomic():
        row = holding.held(escalation_id)
        holding.check("escalation.escalate", actor, row, as_party=as_party)
        by_hand = {"manual_by_id": actor.id, "manual_reason": said, "manual_at": now}
        run(update(_waits).where(_waits.c.id == row.id).values(**by_hand))
        climbing.move_by_hand(row, by=actor, reason=said, now=now)
