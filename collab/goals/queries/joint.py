"""Goals two sides answer for together, with what each side last said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, distinct, exists, func, select

from collab.goals.models import Owner
from collab.goals.queries.branches import goals
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.sight import Held, visible
from collab.goals.queries.standing import Said, Standing, standings_as_read
from collab.goals.rules import RUNNING
from collab.goals.rules.confidence import apart
from collab.kernel.actor import Actor
from collab.kernel.db import db

_owners: Table = Owner.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class JointGoal:
    """A goal with an owner on either side. `one` and `other` are what the owner of each side last said; `points` is how far their
    confidence is apart (None: not both have said something), `far` whether that is too far for the company."""

    goal: GoalView
    standing: Standing
    one: Said
    other: Said
    points: int | None
    far: bool


def list_between(viewer: Actor, one: Collection[str], other: Collection[str], *, now: datetime) -> list[JointGoal]:
    """The running goals of two sets of departments that the viewer may see, those furthest apart first. Five statements."""
    chosen = visible(viewer) & goals.c.state.in_(RUNNING) & _answers(one) & _answers(other)
    found = with_owners(db.session.execute(ALL.where(chosen).order_by(goals.c.id)).all())
    stands = standings_as_read(found, now=now)
    joint = [_joint(goal, stands[goal.id], one, other) for goal in found]
    return sorted(joint, key=lambda row: (-(row.points if row.points is not None else -1), row.goal.id))


def _answers(departments: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        _owners.c.goal_id == goals.c.id, _owners.c.removed_at.is_(None),
        _owners.c.department_code.in_(sorted(departments)),
    )  # fmt: skip


def _joint(goal: GoalView, standing: Standing, one: Collection[str], other: Collection[str]) -> JointGoal:
    first, second = (_said(goal.owners, standing.said, side) for side in (one, other))
    points = apart((first.confidence, second.confidence))
    return JointGoal(goal, standing, first, second, points, standing.diverged)


def _said(owners: Sequence[Held], said: Sequence[Said], departments: Collection[str]) -> Said:
    sides = {held.side for held in owners if held.department in departments}
    return next(one for one in said if one.side in sides)


def count_running_of(department: str) -> int:
    """How many running goals a department answers for; whoever may see them."""
    chosen = goals.c.state.in_(RUNNING) & _answers([department])
    return db.session.scalar(select(func.count()).select_from(goals).where(chosen)) or 0


def count_pairs(departments: Collection[str], *, member: int | None = None) -> Mapping[str, int]:
    """With how many running goals each other department answers beside one of these; with `member` only where that member does.
    Numbers alone: whoever asks. One statement."""
    mine, theirs = _owners.alias("mine"), _owners.alias("theirs")
    ours = mine.c.department_code.in_(sorted(departments)) & mine.c.removed_at.is_(None)
    if member is not None:
        ours &= mine.c.member_id == member
    rows = db.session.execute(
        select(theirs.c.department_code, func.count(distinct(theirs.c.goal_id)))
        .join(mine, (mine.c.goal_id == theirs.c.goal_id) & (mine.c.id != theirs.c.id))
        .join(goals, goals.c.id == theirs.c.goal_id)
        .where(ours, theirs.c.removed_at.is_(None), goals.c.state.in_(RUNNING))
        .group_by(theirs.c.department_code)
    )
    return {code: count for code, count in rows if code not in departments}
