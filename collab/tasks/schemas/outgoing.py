"""What the API says about a task."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from collab.people.queries import Named
from collab.tasks.queries import Event, TaskView

_MOMENT = {"format": "date-time"}


def _moment(**options: Any) -> fields.String:
    return fields.String(allow_none=True, metadata=_MOMENT, **options)


class TaskWaitOut(Schema):
    """Who must act next: nobody by name where a department has no lead."""

    member = fields.String(allow_none=True, metadata={"description": "e-mail"})
    department = fields.String()
    since = _moment()
    wait = fields.String(metadata={"description": "answer, counter, question, promise, blocked or confirm"})


class TaskClimbOut(Schema):
    """How far it has climbed: the next rung, of how many, and when."""

    rung = fields.Integer()
    rungs = fields.Integer()
    next_at = _moment()
    state = fields.String()


class TaskQuestionOut(Schema):
    """The open question."""

    text = fields.String()
    by = fields.String(allow_none=True)
    to = fields.String(allow_none=True)
    at = _moment()


class TaskProposalOut(Schema):
    """What was proposed instead."""

    due_at = _moment()
    scope = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    more_time = fields.Boolean()


class TaskCostOut(Schema):
    """What the delay costs."""

    amount = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    per = fields.String(allow_none=True)
    text = fields.String(allow_none=True)


class TaskBlockOut(Schema):
    """What stops it."""

    reason = fields.String()
    lifter = fields.String(allow_none=True)
    cost = fields.Nested(TaskCostOut, allow_none=True)


class TaskOut(Schema):
    """A task as its viewer may see it; `due_at` is by when whoever must act next must have acted."""

    key = fields.String()
    state = fields.String()
    version = fields.Integer()
    title = fields.String()
    detail = fields.String(allow_none=True)
    severity = fields.String()
    visibility = fields.String()
    from_department = fields.String()
    to_department = fields.String()
    cross_silo = fields.Boolean()
    asker = fields.String(metadata={"description": "e-mail"})
    confirmer = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    responsible = fields.String(allow_none=True)
    instead_of = fields.String(allow_none=True, metadata={"description": "the absent assignee whose deputy was asked"})
    due_at = _moment()
    promised_at = _moment()
    needed_by_on = fields.String(allow_none=True, metadata={"format": "date"})
    late = fields.Boolean()
    waiting_on = fields.Nested(TaskWaitOut, allow_none=True)
    question = fields.Nested(TaskQuestionOut, allow_none=True)
    proposal = fields.Nested(TaskProposalOut, allow_none=True)
    block = fields.Nested(TaskBlockOut, allow_none=True)
    agreed_scope = fields.String(allow_none=True)
    escalation = fields.Nested(TaskClimbOut, allow_none=True)
    handovers = fields.Integer()
    counters = fields.Integer()
    snoozes = fields.Integer()
    snoozes_left = fields.Integer()
    snoozed_until = _moment()
    source = fields.String()
    permalink = fields.String(allow_none=True)
    shared_with = fields.List(fields.String())
    links = fields.List(fields.String(), metadata={"description": "keys of what it serves; on one task only"})
    actions = fields.List(fields.String(), metadata={"description": "what the caller may do now"})
    asked_at = _moment()
    answered_at = _moment()
    accepted_at = _moment()
    done_at = _moment()
    ended_at = _moment()


class TaskEventOut(Schema):
    """One line of the history; `before` and `after` hold what changed, every date that was agreed among it."""

    seq = fields.Integer()
    verb = fields.String()
    actor = fields.String(metadata={"description": "e-mail, or system"})
    acting_for = fields.String(allow_none=True)
    at = fields.String()
    note = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


_PLAIN = (
    "key", "state", "version", "title", "detail", "severity", "visibility", "from_department", "to_department", "cross_silo",
    "late", "agreed_scope", "handovers", "counters", "snoozes", "snoozes_left", "source", "permalink",
)  # fmt: skip
_PEOPLE = ("asker", "confirmer", "assignee", "responsible", "instead_of")
_WHEN = (
    "due_at", "promised_at", "needed_by_on", "snoozed_until", "asked_at", "answered_at", "accepted_at", "done_at", "ended_at",
)  # fmt: skip


def body(task: TaskView) -> dict[str, Any]:
    """A task in the shape of the API."""
    return {
        **{name: getattr(task, name) for name in _PLAIN},
        **{name: _email(getattr(task, name)) for name in _PEOPLE},
        **{name: _iso(getattr(task, name)) for name in _WHEN},
        "waiting_on": _waiting(task), "question": _question(task), "proposal": _proposal(task), "block": _block(task),
        "escalation": _escalation(task), "shared_with": [member.email for member in task.shared_with],
        "actions": sorted(task.can),
    }  # fmt: skip


def event(line: Event) -> dict[str, Any]:
    """A line of the history in the shape of the API."""
    return {
        "seq": line.seq, "verb": line.verb, "actor": line.actor, "acting_for": line.acting_for, "at": line.at.isoformat(),
        "note": line.note, "before": line.before, "after": line.after,
    }  # fmt: skip


def _waiting(task: TaskView) -> dict[str, Any] | None:
    found = task.waiting_on
    if found is None:
        return None
    who = {"member": _email(found.member), "department": found.department}
    return {**who, "since": _iso(found.since), "wait": found.wait}


def _question(task: TaskView) -> dict[str, Any] | None:
    found = task.question
    if found is None:
        return None
    return {"text": found.text, "by": _email(found.by), "to": _email(found.to), "at": _iso(found.at)}


def _proposal(task: TaskView) -> dict[str, Any] | None:
    found = task.proposal
    if found is None:
        return None
    words = {"scope": found.scope, "note": found.note, "by": _email(found.by)}
    return {"due_at": _iso(found.due_at), **words, "more_time": found.more_time}


def _block(task: TaskView) -> dict[str, Any] | None:
    found = task.block
    if found is None:
        return None
    cost = {
        "amount": str(found.cost) if found.cost else None, "currency": found.cost.currency if found.cost else None,
        "per": found.cost_per, "text": found.cost_text,
    }  # fmt: skip
    return {"reason": found.reason, "lifter": _email(found.lifter), "cost": cost if any(cost.values()) else None}


def _escalation(task: TaskView) -> dict[str, Any] | None:
    found = task.escalation
    if found is None:
        return None
    return {"rung": found.rung, "rungs": found.rungs, "next_at": _iso(found.next_at), "state": found.state}


def _email(named: Named | None) -> str | None:
    return named.email if named else None


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
