"""How goals stand, as it is kept at the end of a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, exists, func, select, union_all

from collab.goals.models import CheckIn, Goal, Measurement, Metric, Week
from collab.goals.queries.goals import ALL, with_owners
from collab.goals.queries.standing import standings_as_read
from collab.kernel import periods
from collab.kernel.company import company
from collab.kernel.db import Moment, run
from collab.nudges.rules.weeks import span_of, week_named

JOB = "goals.week"
_goals: Table = Goal.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]
_measurements: Table = Measurement.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_weeks: Table = Week.__table__  # type: ignore[assignment]

_MEASURED = (
    select(_metrics.c.goal_id, func.coalesce(_measurements.c.recorded_by_id, 0).label("by"))
    .join(_metrics, _metrics.c.id == _measurements.c.metric_id)
    .where(_metrics.c.goal_id.in_(bindparam("goals", expanding=True)))
    .where(
        _measurements.c.recorded_at >= bindparam("since", type_=Moment),
        _measurements.c.recorded_at < bindparam("until", type_=Moment),
    )
)
_SAID = select(_checkins.c.goal_id, _checkins.c.member_id.label("by")).where(
    _checkins.c.goal_id.in_(bindparam("goals", expanding=True)),
    _checkins.c.at >= bindparam("since", type_=Moment),
    _checkins.c.at < bindparam("until", type_=Moment),
)
_done = union_all(_MEASURED, _SAID).subquery()
_ALONE = (
    select(_done.c.goal_id, func.min(_done.c.by).label("by"))
    .group_by(_done.c.goal_id)
    .having(func.min(_done.c.by) == func.max(_done.c.by), func.min(_done.c.by) > 0)
)
_RUNNING = (
    ALL.where(_goals.c.state == "active", _goals.c.id > bindparam("after"))
    .where(_goals.c.activated_at < bindparam("ends_at", type_=Moment))
    .where(~exists().where(_weeks.c.week == bindparam("week"), _weeks.c.goal_id == _goals.c.id))
    .order_by(_goals.c.id)
    .limit(bindparam("most"))
)
_SOME = ALL.where(_goals.c.id.in_(bindparam("goals", expanding=True)), _goals.c.state == "active")


def last_week(now: datetime) -> str:
    """The week of the company's zone that ended last."""
    return week_named(now - timedelta(days=7), _zone())


def week_before(week: str) -> str:
    """The one before. Raises ValueError for what is no week."""
    return week_named(_bounds(week)[0] - timedelta(days=1), _zone())


def is_kept(week: str) -> bool:
    """Whether every running goal was written down at the end of this week."""
    return periods.is_claimed(JOB, week)


def running_rows(week: str, now: datetime, *, after: int, most: int) -> list[dict[str, Any]]:
    """How goals stand that ran when the week ended and are not written down yet, by id; so many of them, from one on."""
    rows = run(_RUNNING, {"week": week, "after": after, "most": most, "ends_at": _bounds(week)[1]}).all()
    return _rows(rows, week, now)


def rows_of(goals: Sequence[int], week: str, now: datetime) -> list[dict[str, Any]]:
    """How those of these goals stand that run, as it would be kept now: for a week that nobody kept yet."""
    return _rows(run(_SOME, {"goals": list(goals)}).all(), week, now) if goals else []


def _rows(rows: Sequence[Any], week: str, now: datetime) -> list[dict[str, Any]]:
    if not rows:
        return []
    goals = with_owners(rows)
    stand = standings_as_read(goals, now=now)
    since = _bounds(week)[0]
    within = {"goals": [goal.id for goal in goals], "since": since, "until": now}
    alone = {row.goal_id: row.by for row in run(_ALONE, within)}
    return [
        {
            "week": week, "goal_id": goal.id, "progress": goal.progress, "status": stand[goal.id].status,
            "broken": stand[goal.id].broken, "by_id": alone.get(goal.id), "taken_at": now,
        }
        for goal in goals
    ]  # fmt: skip


def _bounds(week: str) -> tuple[datetime, datetime]:
    found = span_of(week, _zone())
    if found is None:
        raise ValueError(week)
    return found


def _zone() -> ZoneInfo:
    return ZoneInfo(company().zone)
