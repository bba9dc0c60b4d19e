"""Tasks between departments as shared channels read of them once a week: what is stuck, how fast answers come. Only what
everybody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from collab.kernel.db import AnyRow, db
from collab.tasks.queries.rows import tasks
from collab.tasks.rules.moves import BLOCKED

_OPEN_TO_ALL = (tasks.c.visibility == "company") & (tasks.c.from_department != tasks.c.to_department)
_PAIR = (tasks.c.from_department, tasks.c.to_department)


@dataclass(frozen=True)
class Stuck:
    """A task nobody moves: who waits, who is waited for, since when."""

    id: int
    title: str
    asked_by: str
    waits_on: str
    since: datetime


def list_stuck(now: datetime) -> list[Stuck]:
    """What is blocked or past its moment between two departments, the longest waited for first."""
    columns = (tasks.c.id, tasks.c.title, *_PAIR, tasks.c.waiting_department, tasks.c.waiting_since, tasks.c.asked_at)
    late = or_(tasks.c.state == BLOCKED, tasks.c.due_at < now)
    rows = db.session.execute(select(*columns).where(_OPEN_TO_ALL, tasks.c.due_at.is_not(None), late)).all()
    return sorted((_stuck(row) for row in rows), key=lambda one: (one.since, one.id))


def _stuck(row: AnyRow) -> Stuck:
    waits_on = row.waiting_department or row.to_department
    other = row.to_department if waits_on == row.from_department else row.from_department
    return Stuck(row.id, row.title, other, waits_on, row.waiting_since or row.asked_at)


def list_answered(since: datetime, until: datetime) -> Sequence[AnyRow]:
    """What was first answered between two moments: `from_department`, `to_department`, `asked_at`, `answered_at`, and by whom
    (`responsible_id`, if anybody)."""
    columns = (*_PAIR, tasks.c.asked_at, tasks.c.answered_at, tasks.c.responsible_id)
    then = (tasks.c.answered_at >= since) & (tasks.c.answered_at < until)
    return db.session.execute(select(*columns).where(_OPEN_TO_ALL, then).order_by(tasks.c.id)).all()
