"""Lists of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.keys import numbers_of
from collab.kernel.permits import permits
from collab.kernel.recordset import these
from collab.people import queries as people
from collab.subjects.signs import ME
from collab.tasks.models import PREFIX
from collab.tasks.queries.rows import others, tasks
from collab.tasks.queries.view import TaskView
from collab.tasks.queries.viewing import list_views
from collab.tasks.rules.moves import CLOSED, OPEN

OPEN_ONES, CLOSED_ONES = "open", "closed"
_RUNS = tasks.c.due_at.is_not(None)
_MINE = ("assignee_id", "responsible_id", "waiting_id")
PERSONS = (*_MINE, "asker_id", "confirmer_id", "instead_of_id", "question_to_id", "lifter_id")


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed. `mine`: I must do it or act next; `state` may also be "open" or "closed"; `keys` are
    those a figure counted."""

    mine: bool = False
    asked_by_me: bool = False
    to_department: str | None = None
    from_department: str | None = None
    state: str | None = None
    late: bool = False
    cross_silo: bool = False
    q: str | None = None
    keys: frozenset[str] | None = None


def list_tasks(
    viewer: Actor, narrowed: Filter, *, now: datetime, offset: int = 0, limit: int = 50
) -> tuple[list[TaskView], int]:
    """The tasks a viewer may see, newest first, and how many there are in all."""
    permits.check("task.list", viewer.roles)
    chosen = visible_to(viewer) & _chosen(viewer, narrowed, now)
    count = run(select(func.count()).select_from(tasks).where(chosen)).scalar_one()
    rows = run(select(tasks).where(chosen).order_by(tasks.c.id.desc()).offset(offset).limit(limit)).all()
    return list_views(viewer, rows, now), count


WAITS_FOR_ME = select(tasks.c.id).where(tasks.c.waiting_id == ME, _RUNS)


def list_waiting(members: Sequence[int], now: datetime) -> list[tuple[int, AnyRow]]:
    """Open tasks that wait for members, or for somebody away for whom they stand in, and are not put off; each with whom it
    waits for, the most pressing first."""
    asked: dict[int, set[int]] = {member: {member} for member in members}
    for member, deputy in people.list_stood_in_for(members, now):
        asked.setdefault(member, set()).add(deputy)
    put_off = or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= now)
    theirs = select(tasks).where(tasks.c.waiting_id.in_(list(asked)), _RUNS, put_off)
    rows = run(theirs.order_by(tasks.c.due_at, tasks.c.id)).all()
    return [(member, row) for row in rows for member in asked[row.waiting_id]]


def visible_to(viewer: Actor) -> ColumnElement[bool]:
    """As the permit row of task.show, in SQL; whoever stands in for somebody finds it by its key."""
    if "auditor" in viewer.roles:
        return true()
    theirs = [tasks.c[role] == viewer.id for role in PERSONS]
    near = tasks.c.id.in_(select(others.c.task_id).where(others.c.member_id == viewer.id))
    departments = {*viewer.departments, *viewer.leads}
    received = tasks.c.to_department.in_(sorted(departments))
    led = tasks.c.from_department.in_(viewer.leads)
    everyone = [tasks.c.visibility == "company"] if "member" in viewer.roles else []
    return or_(*theirs, near, received, led, *everyone)


def _chosen(viewer: Actor, narrowed: Filter, now: datetime) -> ColumnElement[bool]:
    groups = {OPEN_ONES: OPEN, CLOSED_ONES: CLOSED}
    wanted = (
        (narrowed.mine, or_(*(tasks.c[role] == viewer.id for role in _MINE))),
        (narrowed.asked_by_me, or_(tasks.c.asker_id == viewer.id, tasks.c.confirmer_id == viewer.id)),
        (narrowed.to_department, tasks.c.to_department == narrowed.to_department),
        (narrowed.from_department, tasks.c.from_department == narrowed.from_department),
        (narrowed.state, tasks.c.state.in_(groups.get(narrowed.state or "", (narrowed.state,)))),
        (narrowed.late, _RUNS & (tasks.c.due_at < now)),
        (narrowed.cross_silo, tasks.c.cross_silo),
    )  # fmt: skip
    found: ColumnElement[bool] = and_(true(), *(condition for asked, condition in wanted if asked))
    if narrowed.keys is not None:
        found &= tasks.c.id.in_(these(numbers_of(PREFIX, narrowed.keys)))
    return found & _says(narrowed.q) if narrowed.q else found


def _says(words: str) -> ColumnElement[bool]:
    """Every word stands in the title or the detail, whatever its case."""
    found: ColumnElement[bool] = true()
    for word in words.split()[:8]:
        found &= or_(
            tasks.c.title.icontains(word, autoescape=True),
            tasks.c.detail.icontains(word, autoescape=True),
        )
    return found
