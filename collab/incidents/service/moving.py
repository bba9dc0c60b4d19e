"""What every verb shares: the lock, the move, the clocks that run day and night, who hears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Table, update

from collab.escalations.service import Wait
from collab.escalations.service import end as end_waits
from collab.escalations.service import watch as start_waits
from collab.incidents.models import Incident
from collab.incidents.queries import find_incident, list_people, relations
from collab.incidents.rules import CLOSED, RAISED, ROLES, SEVERITY, TAKEN, Plan
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects

ACK, REPLY, REVIEW = "incident.ack", "incident.reply", "incident.review"
PAGE, LATE, TOLD, REVIEW_LATE = "incident.page", "incident.late", "incident.told", "incident.review_late"
_incidents: Table = Incident.__table__  # type: ignore[assignment]


def plan() -> Plan:
    """Who is paged and how fast things must go."""
    found: Plan = current_app.extensions["incidents.plan"]
    return found


def locked(actor: Actor, key: str, verb: str) -> Incident:
    """The incident, locked, once the verb is permitted. Raises NotFound, NotAllowed, NotNow (who was first, and when)."""
    subjects.lock(key)
    incident = fresh(key)
    here = relations(actor, incident)
    if not permits.allows("incident.show", here):
        raise NotFound
    refusal = permits[f"incident.{verb}"].refusal(here, incident.state)
    if isinstance(refusal, NotNow) and verb == "take" and incident.taken_by_id:
        who = people.names_of([incident.taken_by_id])[incident.taken_by_id]
        raise NotNow("already_taken", who=who, at=incident.taken_at)
    if refusal is not None:
        raise refusal
    return incident


def fresh(key: str) -> Incident:
    """The row as the database has it under the lock. Raises NotFound."""
    incident = find_incident(key)
    if incident is None:
        raise NotFound
    db.session.refresh(incident)
    return incident


def move(incident: Incident, values: Mapping[str, Any]) -> Incident:
    """Change a locked incident: compare-and-set on the version the transaction read."""
    at = (_incidents.c.task_id == incident.task_id) & (_incidents.c.version == incident.version)
    done = db.session.execute(update(_incidents).where(at).values(**values, version=incident.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    db.session.refresh(incident)
    return incident


def run_clocks(incident: Incident, *, reason: str, now: datetime) -> None:
    """Start what is waited for as it stands now, end what was."""
    end_waits([f"{incident.key}:{wait}" for wait in ("ack", "reply", "review")], reason=reason, now=now)
    start_waits(*_waits(incident, now), now=now)


def _waits(incident: Incident, now: datetime) -> Iterable[Wait]:
    key, (late, other) = incident.key, _sides(incident)
    works_in = [actor.department for actor in people.list_actors(now, ids=[late])] if late else []
    home, owning = works_in[0] if works_in else None, incident.department_code
    if incident.state == RAISED:
        yield Wait(f"{key}:ack", key, ACK, incident.ack_due_at, late, other, home, owning, SEVERITY)
    if incident.state in (RAISED, TAKEN):
        yield Wait(f"{key}:reply", key, REPLY, incident.reply_due_at, late, other, home, owning, SEVERITY)
    if incident.state == CLOSED and incident.review_due_at:
        yield Wait(f"{key}:review", key, REVIEW, incident.review_due_at, late, other, home, owning)


def _sides(incident: Incident) -> tuple[int | None, int]:
    """Whose the incident is (whoever took it, else the CX owner), and who waits: the owning department's lead, else another
    who was paged, else whoever raised it."""
    newest_first = list_people(incident)[::-1]
    paged = sorted(newest_first, key=lambda one: ROLES.index(one.role))
    late = incident.taken_by_id or next((one.member for one in paged), None)
    others = sorted((one for one in paged if one.member != late), key=lambda one: one.role != "lead")
    return late, others[0].member if others else incident.raised_by_id


def tell(incident: Incident, verb: str, actor: Actor | None, *, now: datetime, said: str | None = None) -> None:
    """Tell whoever raised it what became of it; repaint every card that shows it."""
    args = {"verb": verb, "by": actor.id if actor else None, "said": said}
    if actor is None or actor.id != incident.raised_by_id:
        note = Note(
            TOLD, incident.key, f"{incident.key}:i{incident.version}:{verb}:{incident.raised_by_id}",
            member=incident.raised_by_id, args=args,
        )  # fmt: skip
        outbox.enqueue(note, now=now)
    repaint(incident, now=now)


def repaint(incident: Incident, *, now: datetime) -> None:
    """Every card says what is true now."""
    outbox.repaint(incident.key, turn=f"i{incident.version}", now=now)
