"""Whoever leaves holds nothing any more: what they had to do falls to those who are there, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.tasks.queries.rows import key_for, read, tasks
from collab.tasks.rules.moves import BLOCKED, CLOSED
from collab.tasks.service.agreeing import NO_QUESTION
from collab.tasks.service.clocks import given_back
from collab.tasks.service.moving import Act, Said, Turn, owed_by, settle
from collab.tasks.service.seating import seats

_ROLES = (
    "proposed_by_id",
    "confirmer_id",
    "responsible_id",
    "assignee_id",
    "instead_of_id",
    "question_to_id",
    "lifter_id",
    "waiting_id",
)


def leave(member: int, *, now: datetime) -> int:
    """Move every open task of a member who left; returns how many.

    What they had to do falls to the lead of the department, what they would have confirmed to the lead of the asking one,
    what they could have lifted to the asking side. A question to them ends without an answer. A clock that falls to
    somebody else leaves them an hour at the least.
    """
    with atomic():
        theirs = or_(*(tasks.c[role] == member for role in _ROLES))
        rows = run(select(tasks).where(theirs, tasks.c.due_at.is_not(None)).order_by(tasks.c.id)).all()
        return sum(_fall_once(key, member, now) for key in map(key_for, rows))


def _fall_once(key: str, member: int, now: datetime) -> bool:
    """Under the lock it may have ended, or gone to somebody else, since it was found."""
    subjects.lock(key)
    row = read(key)
    theirs = row.state not in CLOSED and member in {getattr(row, role) for role in _ROLES}
    if theirs:
        _fall(row, member, now)
    return theirs


def _fall(row: AnyRow, member: int, now: datetime) -> None:
    act = Act(row, "person_left", None, now)
    change = _heirs(row, member, now)
    if row.question_to_id == member:
        change |= NO_QUESTION
    after = {**row._asdict(), **change}
    turn = _turn(act, after, member)
    left = people.email_of(member)
    settle(act, change, turn, said=Said(after={"left": left, **_named(change)}), former=_others(act, after))


def _heirs(row: AnyRow, member: int, now: datetime) -> dict[str, Any]:
    """The columns that named them, with those who take over."""
    owner, asker = seats([(row.to_department, None), (row.from_department, None)], now)
    change: dict[str, Any] = {}
    if member in (row.responsible_id, row.assignee_id):
        change |= {"assignee_id": None, "responsible_id": owner.member, "instead_of_id": owner.instead_of}
    elif member == row.instead_of_id:
        change["instead_of_id"] = None
    if member == row.proposed_by_id:
        change["proposed_by_id"] = change.get("responsible_id", row.responsible_id) or owner.member
    if member == row.confirmer_id:
        change["confirmer_id"] = asker.member
    if row.state == BLOCKED and member == row.lifter_id:
        lifter = change.get("confirmer_id", row.confirmer_id)
        change |= {"lifter_id": lifter, "lifter_department": row.from_department}
    return change


def _turn(act: Act, after: dict[str, Any], member: int) -> Turn | None:
    """Whose clock runs then; None where it was not theirs."""
    if act.row.waiting_id != member:
        return None
    if act.row.question_to_id == member:
        whom, department = owed_by(after)
        return Turn(whom, department, given_back(act, whom, act.row.question_rest))
    whom, department = owed_by(after)
    return Turn(whom, department, max(act.row.due_at, given_back(act, whom, 0)))


def _named(change: dict[str, Any]) -> dict[str, Any]:
    """Who took over what, as the history names people."""
    roles = {"responsible_id": "responsible", "confirmer_id": "confirmer", "lifter_id": "lifter"}
    emails = people.emails_of(change[column] for column in roles if change.get(column))
    return {name: emails.get(change[column]) for column, name in roles.items() if column in change}


def _others(act: Act, after: dict[str, Any]) -> Sequence[int]:
    """Whoever asked a question that ends unanswered."""
    ended = act.row.question_to_id is not None and after["question_to_id"] is None
    return [act.row.question_by_id] if ended else []
