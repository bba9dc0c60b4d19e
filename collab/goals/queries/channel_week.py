"""Goals as shared channels read of them once a week: where departments differ, what is at risk. Only what everybody may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from collab.goals.models import Goal, Owner, Week
from collab.goals.queries.habits import habits
from collab.goals.queries.weeks import is_kept, rows_of, week_before
from collab.goals.rules.progress import shown
from collab.kernel.db import AnyRow, db

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_weeks: Table = Week.__table__  # type: ignore[assignment]
RISKY = ("off_track", "at_risk")


@dataclass(frozen=True)
class Side:
    """A department that answers for a goal, and how confident it is (percent; None: nothing said)."""

    department: str
    confidence: int | None


@dataclass(frozen=True)
class GoalWeek:
    """A running goal at the end of a week: who answers for it, its status, its progress in percent then and a week before."""

    id: int
    title: str
    sides: tuple[Side, ...]
    status: str | None
    now: int | None
    was: int | None

    @property
    def departments(self) -> frozenset[str]:
        """Who answers for it."""
        return frozenset(side.department for side in self.sides)

    @property
    def apart(self) -> int:
        """How many points two sides differ, 0 where they do not differ too much."""
        said = [side.confidence for side in self.sides if side.confidence is not None]
        points = max(said) - min(said) if len(said) > 1 else 0
        return points if points >= habits().divergence else 0

    @property
    def risky(self) -> bool:
        """Whether it is at risk or off track."""
        return self.status in RISKY


def list_weeks(week: str, now: datetime) -> list[GoalWeek]:
    """Every running goal that is open to the company. A number of statements that does not depend on how many there are."""
    rows = db.session.execute(
        select(_goals.c.id, _goals.c.title, _owners.c.department_code, _owners.c.confidence)
        .join(_owners, _owners.c.goal_id == _goals.c.id)
        .where(_goals.c.state == "active", _goals.c.visibility == "company", _owners.c.removed_at.is_(None))
        .order_by(_goals.c.id, _owners.c.side)
    ).all()
    sides: dict[int, list[Side]] = {}
    for row in rows:
        sides.setdefault(row.id, []).append(Side(row.department_code, row.confidence))
    titles = {row.id: row.title for row in rows}
    after, before = _standing(list(sides), week, now), _kept(list(sides), week_before(week))
    return [
        GoalWeek(goal, titles[goal], tuple(held), after.get(goal, _NOTHING)[0], after.get(goal, _NOTHING)[1], _was(before, goal))
        for goal, held in sides.items()
    ]  # fmt: skip


Stand = tuple[str | None, int | None]
_NOTHING: Stand = (None, None)


def _was(before: Mapping[int, Stand], goal: int) -> int | None:
    return before.get(goal, _NOTHING)[1]


def _standing(goals: Sequence[int], week: str, now: datetime) -> dict[int, Stand]:
    if is_kept(week):
        return _kept(goals, week)
    return {row["goal_id"]: (row["status"], _percent(row["progress"])) for row in rows_of(goals, week, now)}


def _kept(goals: Sequence[int], week: str) -> dict[int, Stand]:
    known: Sequence[AnyRow] = db.session.execute(
        select(_weeks.c.goal_id, _weeks.c.status, _weeks.c.progress).where(
            _weeks.c.week == week, _weeks.c.goal_id.in_(goals)
        )
    ).all()
    return {row.goal_id: (row.status, _percent(row.progress)) for row in known}


def _percent(progress: Any) -> int | None:
    return None if progress is None else int(shown(Decimal(progress), 0))
