"""Hints about the quality of a goal as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table, func, select

from collab.goals.models import Goal, Owner
from collab.goals.queries.goals import GoalView
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.ties import ties_of
from collab.goals.rules.hints import Look, hints
from collab.goals.rules.shape import Shape
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.people import queries as people

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_COURSE = ("kind", "baseline", "target", "floor", "ceiling")


def hints_of(
    goal: GoalView, metrics: Sequence[MetricView] | None = None, *, tied: bool | None = None,
    names: Mapping[int, people.Named] | None = None,
) -> list[Text]:  # fmt: skip
    """What could be better about a goal. It says nothing of other goals, so whoever may see this one may read it. Whoever has
    read its metrics, whether it is `tied` to anything above or its owners' names hands them in."""
    if goal.state == "closed":
        return []
    if metrics is None:
        metrics = metrics_of([goal.id]).get(goal.id, ())
    look = Look(
        goal.kind, goal.title, goal.journey_stage, has_parents=bool(ties_of([goal.id])) if tied is None else tied,
        from_children=goal.progress_from == "children", metrics=[shape_of(one) for one in metrics], busy=_busy(goal, names),
    )  # fmt: skip
    return hints(look, habits())


def shape_of(metric: MetricView) -> Shape:
    """A metric as it is set, without what was measured."""
    course = {name: getattr(metric.course, name) for name in _COURSE}
    rest = {name: getattr(metric, name) for name in Shape.__dataclass_fields__ if name not in course}
    return Shape(**course, **rest)


def _busy(goal: GoalView, names: Mapping[int, people.Named] | None) -> list[tuple[object, int]]:
    """Its owners, each with how many running goals they answer for, where that is too many."""
    running = _running(held.member for held in goal.owners)
    busy = [(one, number) for one, number in running if number > habits().goals_most]
    names = people.names_of(one for one, _number in busy) if names is None else names
    return [(names[one], number) for one, number in busy if one in names]


def _running(members: Iterable[int]) -> Sequence[tuple[int, int]]:
    wanted = list(members)
    if not wanted:
        return []
    held = (_owners.c.member_id.in_(wanted)) & _owners.c.removed_at.is_(None) & (_goals.c.state == "active")
    counted = (
        select(_owners.c.member_id, func.count())
        .join(_goals, _goals.c.id == _owners.c.goal_id)
        .where(held)
        .group_by(_owners.c.member_id)
        .order_by(_owners.c.member_id)
    )
    return [(member, number) for member, number in db.session.execute(counted)]
