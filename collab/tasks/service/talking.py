"""Questions, answers, comments, and sharing upwards by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.escalations import service as escalations
from collab.escalations.queries import find_by_key
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotNow, Text
from collab.tasks.service.agreeing import NO_QUESTION, needed
from collab.tasks.service.clocks import given_back, left
from collab.tasks.service.moving import Act, Moved, Said, Turn, begin, bring_in, owed_by, settle, wait_key
from collab.tasks.service.naming import somebody
from collab.tasks.service.seating import calendar_of, due_by, policy
from collab.threads import service as threads


def question(
    actor: Actor, key: str, *, text: str, to: str | None = None, seen: int | None = None, now: datetime
) -> Moved:
    """Ask something (of an e-mail; None: the other side). The clock is theirs until they answer; one question at a time.

    Whoever was waited for keeps the minutes they had left.
    """
    with atomic():
        act = begin(actor, key, "question", seen=seen, now=now)
        row, words = act.row, needed(text, "text")
        if row.question_to_id is not None:
            raise NotNow("task_question_open")
        whom, department = _asked(act, to)
        if whom == actor.id:
            raise Invalid({"to": Text("task.refused.not_yourself")})
        if whom not in (row.confirmer_id, row.responsible_id):
            bring_in(act, whom, "asked")
        due_at = due_by(policy().span(row.severity, "question"), calendar_of(whom, actor, now), now)
        change = {
            "question_text": words, "question_by_id": actor.id, "question_to_id": whom, "question_at": now,
            "question_rest": left(act), "answered_at": row.answered_at or _first_answer(act),
        }  # fmt: skip
        return settle(act, change, Turn(whom, department, due_at), said=Said(words))


def answer(actor: Actor, key: str, *, text: str, seen: int | None = None, now: datetime) -> Moved:
    """Answer the open question; whoever was stopped gets their remaining time back, an hour at the least."""
    with atomic():
        act = begin(actor, key, "answer", seen=seen, now=now)
        row = act.row
        member, department = owed_by(row._asdict())
        due_at = given_back(act, member, row.question_rest)
        said = Said(needed(text, "text"))
        return settle(act, NO_QUESTION, Turn(member, department, due_at), said=said, former=[row.question_by_id])


def escalate(actor: Actor, key: str, *, reason: str, now: datetime) -> Moved:
    """Share it with the people above by hand, with the reason; whose turn it is does not change."""
    with atomic():
        act = begin(actor, key, "escalate", seen=None, now=now)
        why = needed(reason)
        moved = settle(act, {}, None, said=Said(why))
        running = find_by_key(wait_key(act.row._asdict()))
        if running is None:
            raise NotNow("wrong_state", verb="escalate", state=act.row.state)
        escalations.escalate(actor=actor, escalation_id=running.id, reason=why, now=now, as_party=True)
        return moved


def comment(actor: Actor, key: str, body: str, *, files: Sequence[Any] = (), now: datetime) -> int:
    """Say something about it; whoever is visibly at it has longer until they are asked again. Returns the comment's id."""
    return threads.comment(actor, key, body, files=files, now=now)


def _asked(act: Act, to: str | None) -> tuple[int, str]:
    """Who is asked, for which department: somebody named, else the other side."""
    row, actor = act.row, act.actor
    assert actor is not None  # noqa: S101 - the system asks nothing
    if to is not None:
        found = somebody(to, act.now, field="to", task=row)
        return found.id, _department(found, act)
    mine = actor.id in (row.confirmer_id, row.asker_id) or row.from_department in actor.leads
    other, department = (row.responsible_id, row.to_department) if mine else (row.confirmer_id, row.from_department)
    if other is None:
        raise Invalid({"to": Text("field.required")})
    return other, department


def _department(found: Actor, act: Act) -> str:
    for department in (act.row.to_department, act.row.from_department):
        if department in found.departments:
            return str(department)
    return found.department or str(act.row.to_department)


def _first_answer(act: Act) -> datetime | None:
    """A question from the side asked is an answer of theirs."""
    row, actor = act.row, act.actor
    theirs = actor is not None and (actor.id in (row.responsible_id, row.assignee_id))
    return act.now if theirs else None
