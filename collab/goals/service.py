"""Use-cases on goals, one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.goals.models import STATES, Goal
from collab.goals.queries import PREFIX
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects


def create(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> str:
    """Write a goal down (title, outcome, target, due_on, owner, department, state); returns its key.

    Raises:
        Invalid: no title, or an owner, department or state we do not know.
        NotAllowed: only those who lead may set a goal.
    """
    permits.check("goal.create", actor.roles)
    with atomic() as unit:
        goal = Goal(**_columns(actor, fields, now), created_at=now)
        unit.session.add(goal)
        unit.session.flush()
        key = key_of(PREFIX, goal.id)
        subjects.introduce(key, "goal")
        audit.record("create", key, actor=actor, at=now, after=_as_written(fields))
    return key


def _columns(actor: Actor, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    owner = people.find_actor_by_email(fields.get("owner") or actor.email, now)
    department = fields.get("department") or actor.department
    state = fields.get("state") or "draft"
    wrong = {
        "title": not fields.get("title"),
        "owner": owner is None or not owner.active,
        "department": department not in people.department_sides(),
        "state": state not in STATES,
    }
    problems = {name: Text("field.invalid") for name, is_wrong in wrong.items() if is_wrong}
    if problems or owner is None:
        raise Invalid(problems)
    return {
        "title": fields["title"], "outcome": fields.get("outcome") or "", "target": fields.get("target") or "",
        "due_on": fields.get("due_on"), "owner_id": owner.id, "department_code": department, "state": state,
    }  # fmt: skip


def _as_written(fields: Mapping[str, Any]) -> dict[str, Any]:
    due_on = fields.get("due_on")
    return {**fields, "due_on": due_on.isoformat() if due_on else None}
