"""Check-ins as they were given, the latest first; and what two owners made of seeing things differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, Table, func, select

from collab.goals.models import CheckIn, Discussion
from collab.goals.queries.divergence import Gap, gaps_as_read
from collab.goals.queries.goals import GoalView, get_goal
from collab.goals.rules.pace import greener
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db

_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_discussions: Table = Discussion.__table__  # type: ignore[assignment]
_UNSEEN: AnySelect = (
    select(_checkins)
    .where(_checkins.c.acknowledged_at.is_(None))
    .order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
)
RECENT = 6
"""How many of the latest a page reads."""
MOST_UNSEEN = 5
"""How many not yet acknowledged a page shows."""


@dataclass(frozen=True)
class CheckInView:
    """One check-in. `side` is None for somebody who helps; `watermelon` says that its status was greener than the figures."""

    id: int
    goal: int
    member: int
    side: int | None
    at: datetime
    confidence: int | None
    note: str | None
    status: str | None
    reason: str | None
    suggested: str
    progress: Fraction | None
    expected: Fraction | None
    no_change: bool
    acknowledged_at: datetime | None
    acknowledged_by: int | None

    @property
    def overridden(self) -> bool:
        """Whether its author set a status against the figures."""
        return self.status is not None and self.status != self.suggested

    @property
    def watermelon(self) -> bool:
        """Whether it was greener outside than inside."""
        return self.status is not None and greener(self.status, self.suggested)


@dataclass(frozen=True)
class Talk:
    """What an owner wrote down after talking a divergence over; `points` is how far apart they were."""

    member: int
    at: datetime
    points: int
    note: str


@dataclass(frozen=True)
class Sides:
    """Both sides of a goal as the page shows them: the latest check-in of each owner by member, what is not acknowledged by
    the viewer, how far apart they are, and what they made of it last."""

    latest: Mapping[int, CheckInView]
    unseen: tuple[CheckInView, ...] = ()
    gap: Gap | None = None
    talk: Talk | None = None


def list_checkins(viewer: Actor, key: str, *, offset: int = 0, limit: int = 20) -> tuple[list[CheckInView], int]:
    """Those of a goal, the latest first, and how many there are. A guest reads their own. Raises NotFound."""
    goal = get_goal(viewer, key)
    readable = _readable(viewer, goal)
    total = db.session.scalar(select(func.count()).select_from(_checkins).where(readable)) or 0
    return latest_of(viewer, goal, offset=offset, limit=limit), total


def latest_of(viewer: Actor, goal: GoalView, *, offset: int = 0, limit: int) -> list[CheckInView]:
    """The latest check-ins of a goal the viewer sees; a guest reads their own. One statement."""
    newest = select(_checkins).where(_readable(viewer, goal)).order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
    return [_view(row) for row in db.session.execute(newest.offset(offset).limit(limit))]


def _readable(viewer: Actor, goal: GoalView) -> ColumnElement[bool]:
    mine = (_checkins.c.goal_id == goal.id) & (_checkins.c.member_id == viewer.id)
    return mine if viewer.is_partner else _checkins.c.goal_id == goal.id


def get_sides(viewer: Actor, goal: GoalView, recent: Sequence[CheckInView] | None = None) -> Sides:
    """What both sides said last, for the page of a goal. A guest reads their own check-in and no more. `recent` are the goal's
    latest check-ins where they were read: whoever stands there is not asked for again."""
    if viewer.is_partner:
        return Sides(_latest(goal.id, [viewer.id]))
    owners = [held.member for held in goal.owners]
    latest: Mapping[int, CheckInView] = {one.member: one for one in reversed(recent or ()) if one.member in owners}
    every = recent is not None and (len(recent) < RECENT or latest.keys() >= set(owners))
    if not every:
        latest = _latest(goal.id, owners)
    mine = viewer.id in owners
    unseen = tuple(_view(row) for row in _unseen(goal.id, viewer.id)) if mine else ()
    return Sides(
        latest, unseen, gaps_as_read([goal]).get(goal.id), _last_talk(goal.id) if recent is None or recent else None
    )


def _unseen(goal: int, member: int) -> Sequence[AnyRow]:
    wanted = _UNSEEN.where(_checkins.c.goal_id == goal, _checkins.c.member_id != member).limit(MOST_UNSEEN)
    return db.session.execute(wanted).all()


def _latest(goal: int, members: Sequence[int]) -> Mapping[int, CheckInView]:
    newest = (
        select(func.max(_checkins.c.id))
        .where(_checkins.c.goal_id == goal, _checkins.c.member_id.in_(members))
        .group_by(_checkins.c.member_id)
    )
    rows = db.session.execute(select(_checkins).where(_checkins.c.id.in_(newest)))
    return {row.member_id: _view(row) for row in rows}


def _last_talk(goal: int) -> Talk | None:
    wanted = select(_discussions).where(_discussions.c.goal_id == goal).order_by(_discussions.c.id.desc()).limit(1)
    row = db.session.execute(wanted).one_or_none()
    return Talk(row.by_id, row.at, row.divergence, row.note) if row else None


def _view(row: AnyRow) -> CheckInView:
    exact = [None if one is None else Fraction(one) for one in (row.progress, row.expected)]
    return CheckInView(
        row.id, row.goal_id, row.member_id, row.side, row.at, row.confidence, row.note, row.status, row.reason, row.suggested,
        exact[0], exact[1], row.no_change, row.acknowledged_at, row.acknowledged_by_id,
    )  # fmt: skip
