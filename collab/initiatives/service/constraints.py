"""Constraints: the real limits the work runs into, and who can lift each. Whoever can is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Constraint
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.work import ConstraintView, get_constraint
from collab.initiatives.service import holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason, checked_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

_constraints: Table = Constraint.__table__  # type: ignore[assignment]
KINDS = ("budget", "system", "people", "other")
ASKED = "initiative.constraint_asked"


def add_constraint(actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime) -> ConstraintView:
    """Write one down: kind, text, and `lifter`, the e-mail of who can lift it; they are asked.

    Raises:
        Invalid: no such kind, no words, or a lifter who may not see the initiative.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.constraint")
        values = _columns(held.initiative, fields, now)
        row = {"initiative_id": held.initiative.id, "written_by_id": actor.id, "written_at": now, **values}
        number = db.session.scalar(insert(_constraints).values(**row).returning(_constraints.c.id))
        found = get_constraint(held.initiative.id, number or 0)
        audit.record("constraint", key, actor=actor, at=now, after=content_of(found), details={"constraint": found.id})
        settling.keep(held.initiative, now=now)
        if found.lifter != actor.id:
            note = Note(ASKED, key, f"{key}:constraint:{found.id}", member=found.lifter, args={"constraint": found.id})
            outbox.enqueue(note, now=now)
        return found


def lift(actor: Actor, key: str, number: int, *, note: str | None, now: datetime) -> ConstraintView:
    """It stands no more: said in words by whoever can lift it, or by the lead of a side. Raises Invalid, NotFound, NotAllowed,
    NotNow (`constraint_lifted`)."""
    with atomic():
        held = holding.hold(actor, key, "initiative.show")
        found = get_constraint(held.initiative.id, number)
        here = held.relations | ({"lifter"} if found.lifter == actor.id else set())
        permits.check("initiative.lift", here, held.initiative.state)
        words = checked_reason(note, "note")
        if not found.open:
            raise NotNow("constraint_lifted", at=found.lifted_at)
        change = {"lifted_at": now, "lifted_by_id": actor.id, "lift_note": words}
        db.session.execute(update(_constraints).where(_constraints.c.id == number).values(**change))
        audit.record(
            "lift", key, actor=actor, at=now, after={"text": found.text}, reason=words, details={"constraint": number}
        )
        changed = settling.keep(held.initiative, now=now)
        near = telling.leads(changed) | {found.written_by}
        telling.told(changed, "lifted", actor, now=now, whom=near, said=words)
        return get_constraint(held.initiative.id, number)


def _columns(initiative: InitiativeView, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    problems: dict[str, Text] = {}
    words = checked_words("text", fields.get("text"))
    if fields.get("kind") not in KINDS:
        problems["kind"] = Text("field.not_a_choice", {"choices": ", ".join(KINDS)})
    if not words:
        problems["text"] = Text("field.required")
    lifter = people.find_actor_by_email(fields.get("lifter") or "", now)
    if lifter is None or not _can_lift(lifter, initiative):
        problems["lifter"] = Text("initiative.problem.lifter" if fields.get("lifter") else "field.required")
    if problems or lifter is None:
        raise Invalid(problems)
    return {"kind": fields["kind"], "text": words, "lifter_id": lifter.id}


def _can_lift(member: Actor, initiative: InitiativeView) -> bool:
    """Somebody of the company who sees the initiative and may change things."""
    return "member" in member.roles and permits.allows("initiative.show", relations_of(member, initiative))


def content_of(found: ConstraintView) -> dict[str, Any]:
    """One as the API writes it and an audit entry keeps it."""
    return {"kind": found.kind, "text": found.text, "lifter": people.email_of(found.lifter)}
