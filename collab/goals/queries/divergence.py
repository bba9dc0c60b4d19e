"""Where two owners of a goal see things too differently, and nobody wrote down what they made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select

from collab.goals.models import CheckIn, Discussion, Owner
from collab.goals.queries.goals import GoalView
from collab.goals.queries.habits import habits
from collab.goals.rules.confidence import apart, talked_over
from collab.kernel.db import AnyRow, run
from collab.kernel.recordset import dialect, ids, one_of

_owners: Table = Owner.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_discussions: Table = Discussion.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Gap:
    """Two owners too many points apart. `said` is each one's confidence by member, `since` when the later of them said so,
    `talked_at` when one of them wrote down what they made of it: since then it is nobody's turn any more."""

    goal: int
    points: int
    said: Mapping[int, int]
    since: datetime
    talked_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether they still have to talk it over."""
        return self.talked_at is None

    def other(self, member: int) -> int:
        """The owner who is not this one."""
        return next(one for one in self.said if one != member)


def gaps(goals: Iterable[int]) -> Mapping[int, Gap]:
    """Those of these goals whose owners are too far apart, talked over or not. One statement as long as there are none."""
    return _gaps(_said(goals))


def gaps_as_read(goals: Iterable[GoalView]) -> Mapping[int, Gap]:
    """The same of goals that were read just now. No statement as long as there are none."""
    rows = {goal.id: [held.row for held in goal.owners if held.row is not None] for goal in goals}
    return _gaps({goal: [row for row in some if row.confidence is not None] for goal, some in rows.items()})


def _gaps(said: Mapping[int, Sequence[AnyRow]]) -> Mapping[int, Gap]:
    far = {goal: rows for goal, rows in said.items() if _far(rows)}
    if not far:
        return {}
    new, talks = _newly_said(far), _talks(far)
    return {goal: _gap(goal, rows, new.get(goal, ()), talks.get(goal)) for goal, rows in far.items()}


def open_gaps(goals: Iterable[int]) -> Mapping[int, Gap]:
    """Those that are still to be talked over."""
    return {goal: gap for goal, gap in gaps(goals).items() if gap.open}


def _gap(goal: int, rows: Sequence[AnyRow], new: Sequence[datetime], talked_at: datetime | None) -> Gap:
    said_at = list(new) or [row.checked_in_at for row in rows if row.checked_in_at]
    said = {row.member_id: row.confidence for row in rows}
    settled = talked_over(said_at, talked_at)
    since = max(said_at, default=max(row.named_at for row in rows))
    return Gap(goal, apart(said.values()) or 0, said, since, talked_at if settled else None)


def _far(rows: Sequence[AnyRow]) -> bool:
    points = apart(row.confidence for row in rows)
    return points is not None and points >= habits().divergence


def _said(goals: Iterable[int]) -> Mapping[int, Sequence[AnyRow]]:
    told = (_owners.c.goal_id, _owners.c.member_id, _owners.c.confidence, _owners.c.checked_in_at, _owners.c.named_at)
    rows = select(*told).where(
        _owners.c.goal_id.in_(one_of(dialect())), _owners.c.removed_at.is_(None), _owners.c.confidence.is_not(None)
    )
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in run(rows, ids(goals)).all():
        found[row.goal_id].append(row)
    return found


def _newly_said(far: Mapping[int, Sequence[AnyRow]]) -> Mapping[int, Sequence[datetime]]:
    """When each owner last said something that was not "no change": who repeats themselves has opened nothing again."""
    rows = (
        select(_checkins.c.goal_id, _checkins.c.member_id, func.max(_checkins.c.at).label("at"))
        .where(_checkins.c.goal_id.in_(one_of(dialect())))
        .where(_checkins.c.confidence.is_not(None), _checkins.c.no_change.is_(False))
        .group_by(_checkins.c.goal_id, _checkins.c.member_id)
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for row in run(rows, ids(far)).all():
        if any(one.member_id == row.member_id for one in far[row.goal_id]):
            found[row.goal_id].append(row.at)
    return found


def _talks(far: Iterable[int]) -> Mapping[int, datetime]:
    rows = (
        select(_discussions.c.goal_id, func.max(_discussions.c.at))
        .where(_discussions.c.goal_id.in_(one_of(dialect())))
        .group_by(_discussions.c.goal_id)
    )
    return {goal: at for goal, at in run(rows, ids(far)).all()}  # noqa: C416 - rows are typed, a dictionary of them is not
