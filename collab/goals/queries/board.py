"""Running goals as they are counted: each in one group, and how they stood at the end of earlier weeks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, func, or_, select

from collab.goals.models import CheckIn, Goal, Week
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.sight import visible
from collab.goals.queries.standing import Standing, standings_as_read
from collab.goals.rules import RUNNING
from collab.goals.rules.groups import group_of
from collab.kernel.actor import Actor
from collab.kernel.db import run

MOST = 20_000
"""Check-ins read at most for weeks nobody kept, the newest first."""
LOOK_BACK = timedelta(days=91)
"""How old a check-in may be to say how a goal stood."""
_goals: Table = Goal.__table__  # type: ignore[assignment]
_weeks: Table = Week.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Line:
    """A running goal and the one group it is counted in."""

    goal: GoalView
    standing: Standing
    group: str

    @property
    def departments(self) -> tuple[str, ...]:
        """Whose goal it is: one department, or two."""
        return tuple(dict.fromkeys(held.department for held in self.goal.owners))


@dataclass(frozen=True)
class Stood:
    """How a goal stood when a week ended."""

    week: str
    goal: int
    status: str


def list_board(viewer: Actor, *, now: datetime, narrowed: ColumnElement[bool] | None = None) -> list[Line]:
    """Every goal that runs or is paused and that the viewer may see, but visions; by key. Three statements, however many."""
    chosen = _counted(viewer) & _goals.c.state.in_(RUNNING)
    wanted = ALL.where(chosen if narrowed is None else chosen & narrowed).order_by(_goals.c.id)
    found = with_owners(run(wanted).all())
    stands = standings_as_read(found, now=now)
    return [_line(goal, stands[goal.id]) for goal in found]


def _line(goal: GoalView, standing: Standing) -> Line:
    said = any(one.at is not None for one in standing.said)
    return Line(goal, standing, group_of(goal.state, standing.status, said=said))


def _counted(viewer: Actor) -> ColumnElement[bool]:
    return visible(viewer) & (_goals.c.kind != "vision")


def list_stood(viewer: Actor, spans: Mapping[str, tuple[datetime, datetime]]) -> Sequence[Stood]:
    """How goals the viewer may see stood when these weeks ended (a week, from when until when).

    As it was kept at the end of the week; of a week nobody kept, as the last check-in before its end said. Two statements.
    """
    kept = [Stood(*row) for row in run(
        select(_weeks.c.week, _weeks.c.goal_id, _weeks.c.status).join(_goals, _goals.c.id == _weeks.c.goal_id)
        .where(_counted(viewer), _weeks.c.week.in_(list(spans)), _weeks.c.status.is_not(None))
    )]  # fmt: skip
    missing = {week: span for week, span in spans.items() if week not in {one.week for one in kept}}
    return [*kept, *(_as_said(viewer, missing) if missing else ())]


def _as_said(viewer: Actor, spans: Mapping[str, tuple[datetime, datetime]]) -> Collection[Stood]:
    first, last = min(one[0] for one in spans.values()), max(one[1] for one in spans.values())
    rows = run(
        select(
            _goals.c.id, _goals.c.activated_at, _goals.c.closed_at, _checkins.c.at,
            func.coalesce(_checkins.c.status, _checkins.c.suggested).label("status"),
        )
        .join(_checkins, _checkins.c.goal_id == _goals.c.id)
        .where(_counted(viewer), _checkins.c.at >= first - LOOK_BACK, _checkins.c.at < last)
        .where(or_(_goals.c.closed_at.is_(None), _goals.c.closed_at >= first))
        .order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
        .limit(MOST)
    ).all()  # fmt: skip
    found: dict[tuple[str, int], Stood] = {}
    for row in reversed(rows):
        for week, (_since, until) in spans.items():
            over = row.closed_at is not None and row.closed_at < until
            if row.at < until and row.activated_at is not None and row.activated_at < until and not over:
                found[week, row.id] = Stood(week, row.id, row.status)
    return found.values()
