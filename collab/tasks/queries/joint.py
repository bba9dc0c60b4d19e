"""What stands still between two sides: tasks that are blocked or unanswered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from collab.kernel.actor import Actor
from collab.kernel.db import run
from collab.tasks.queries.lists import visible_to
from collab.tasks.queries.rows import tasks
from collab.tasks.queries.view import TaskView
from collab.tasks.queries.viewing import list_views
from collab.tasks.rules.moves import ASKED, BLOCKED, COUNTERED, OPEN

STANDING_STILL = (ASKED, COUNTERED, BLOCKED)


def list_stuck(
    viewer: Actor, one: Collection[str], other: Collection[str], *, now: datetime, limit: int
) -> tuple[list[TaskView], int]:
    """Tasks between two sets of departments that wait for an answer or for what blocks them, as far as the viewer may see them:
    those that have waited longest first, and how many there are. What was put off is not waited for."""
    awake = or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= now)
    still = or_(tasks.c.state.in_(STANDING_STILL), and_(tasks.c.state.in_(OPEN), tasks.c.question_to_id.is_not(None)))
    chosen = visible_to(viewer) & between(one, other) & still & awake
    count = run(select(func.count()).select_from(tasks).where(chosen)).scalar_one()
    rows = run(select(tasks).where(chosen).order_by(tasks.c.waiting_since, tasks.c.id).limit(limit)).all()
    return list_views(viewer, rows, now), count


def between(one: Collection[str], other: Collection[str]) -> ColumnElement[bool]:
    """Asked by one of them of the other, either way."""
    first, second = sorted(one), sorted(other)
    there = tasks.c.from_department.in_(first) & tasks.c.to_department.in_(second)
    back = tasks.c.from_department.in_(second) & tasks.c.to_department.in_(first)
    return or_(there, back)
