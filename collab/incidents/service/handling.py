"""While it burns: somebody takes it, the public is answered, the timeline is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.escalations.service import extend
from collab.incidents import rules
from collab.incidents.models import Incident
from collab.incidents.service import task
from collab.incidents.service.moving import locked, move, run_clocks, tell
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text


def take(actor: Actor, key: str, *, now: datetime) -> Incident:
    """I take it: nobody else is asked to any more.

    Raises:
        NotNow: somebody took it already (who, when), or it is over.
        NotFound, NotAllowed.
    """
    with atomic():
        incident = locked(actor, key, "take")
        incident = taken_by(incident, actor, now=now)
        task.taken(incident, actor, now=now)
        return incident


def taken_by(incident: Incident, actor: Actor, *, now: datetime) -> Incident:
    """The incident is theirs (its row is locked)."""
    audit.record("incident.take", incident.key, actor=actor, at=now)
    state = rules.MOVES.after("take", incident.state)
    incident = move(incident, {"state": state, "taken_by_id": actor.id, "taken_at": now})
    run_clocks(incident, reason="taken", now=now)
    tell(incident, "take", actor, now=now)
    return incident


def answer(actor: Actor, key: str, *, text: str, link: str | None = None, now: datetime) -> Incident:
    """The public has an answer: what was said, and where. Whoever answers first has taken it, too; an answer may follow
    another."""
    with atomic():
        incident = locked(actor, key, "answer")
        values: dict[str, Any] = {
            "state": rules.MOVES.after("answer", incident.state), "answer": text, "answer_link": link,
        }  # fmt: skip
        if incident.taken_by_id is None:
            values.update(taken_by_id=actor.id, taken_at=now)
        if incident.answered_at is None:
            values.update(answered_by_id=actor.id, answered_at=now)
        after = {"link": link, "in_time": now <= incident.reply_due_at}
        audit.record("incident.answer", key, actor=actor, at=now, reason=text, after=after)
        fresh_one = incident.state == rules.RAISED
        incident = move(incident, values)
        run_clocks(incident, reason="answered", now=now)
        if fresh_one:
            task.taken(incident, actor, now=now)
        tell(incident, "answer", actor, now=now, said=text)
        return incident


def note(actor: Actor, key: str, *, text: str, at: datetime | None = None, now: datetime) -> Incident:
    """A free entry of the timeline; `at` is when it happened, if that was before.

    Raises:
        Invalid: it happened in the future.
    """
    if at is not None and at > now:
        raise Invalid({"at": Text("incident.problem.since")})
    with atomic():
        incident = locked(actor, key, "note")
        details = {"happened_at": at.isoformat()} if at else None
        audit.record("incident.note", key, actor=actor, at=now, reason=text, details=details)
        extend(key, by=actor, now=now)
        return move(incident, {})
