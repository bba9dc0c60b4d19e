"""How goals stand today: progress, what should be done by now, the status the figures suggest and the one that is claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Table, select

from collab.goals.models import Goal, Owner
from collab.goals.queries.goals import GoalView
from collab.goals.queries.habits import habits, today
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.rules import pace
from collab.goals.rules.confidence import apart
from collab.kernel.db import AnyRow, db

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_CLAIMS = select(_goals.c.id, _goals.c.claimed)


@dataclass(frozen=True)
class Said:
    """What an owner last said: side, member, confidence (None: nothing yet), when; until when they are asked to say more."""

    side: int
    member: int
    confidence: int | None
    at: datetime | None
    asked_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """One goal today. Fractions are exact per cent; `progress` may pass both ends (-100 to 200), `expected` never does.

    `status` is what owners claim where they claim something, else `suggested`; `overridden` says which, `watermelon` that
    the claim is greener than the figures. `divergence` is how far apart two owners' confidence is, `diverged` that it is too
    far; `dark` that a check-in is overdue.
    """

    progress: Fraction | None
    expected: Fraction | None
    gap: Fraction | None
    suggested: str
    status: str
    overridden: bool
    watermelon: bool
    stale: bool
    broken: bool
    said: tuple[Said, ...]
    divergence: int | None
    diverged: bool
    dark: bool
    metrics: tuple[MetricView, ...]

    @property
    def main(self) -> MetricView | None:
        """The main metric."""
        return self.metrics[0] if self.metrics else None


def standings(goals: Sequence[GoalView], *, now: datetime) -> Mapping[int, Standing]:
    """How each goal stands, read anew: three statements however many there are."""
    ids = [goal.id for goal in goals]
    if not ids:
        return {}
    metrics, said = metrics_of(ids), _said(ids)
    claims = {row.id: row.claimed for row in db.session.execute(_CLAIMS.where(_goals.c.id.in_(ids)))}
    day = today(now)
    return {
        goal.id: standing_of(goal, metrics.get(goal.id, ()), said.get(goal.id, ()), claims.get(goal.id), day, now)
        for goal in goals
    }


def standings_as_read(
    goals: Sequence[GoalView], *, now: datetime, metrics: Mapping[int, tuple[MetricView, ...]] | None = None
) -> Mapping[int, Standing]:
    """The same of goals that were read just now, with what their owners said and claim: one statement, none where their
    metrics were read too."""
    found = metrics_of([goal.id for goal in goals]) if metrics is None and goals else metrics or {}
    day = today(now)
    return {
        goal.id: standing_of(
            goal, found.get(goal.id, ()), tuple(_last_said(held.row) for held in goal.owners if held.row), goal.claimed,
            day, now,
        )
        for goal in goals
    }  # fmt: skip


def standing_of(
    goal: GoalView,
    metrics: tuple[MetricView, ...],
    said: tuple[Said, ...],
    claimed: str | None,
    day: date,
    now: datetime,
) -> Standing:
    """The same of one goal, from what is known already."""
    company = habits()
    main = metrics[0] if metrics else None
    progress = None if goal.progress is None else Fraction(goal.progress)
    judged_by_time = main is None or not main.course.control or goal.progress_from == "children"
    expected = pace.expected(goal.starts_on, goal.due_on, day) if judged_by_time else Fraction(100)
    gap = pace.gap(expected, progress) if judged_by_time or progress is not None else None
    broken, old = any(one.broken for one in metrics), _old(main, day)
    suggested = pace.suggested(gap, broken=broken, old=old, limits=company.limits)
    status = claimed or suggested
    points = apart(one.confidence for one in said)
    return Standing(
        progress, expected, gap, suggested, status, claimed is not None and claimed != suggested,
        pace.greener(status, suggested), old, broken, said, points, points is not None and points >= company.divergence,
        goal.state == "active" and any(one.due_at is not None and one.due_at < now for one in said), metrics,
    )  # fmt: skip


def _old(main: MetricView | None, day: date) -> bool:
    return main is not None and pace.stale(main.measured_on, main.stale_after_days, day)


def _said(goals: Sequence[int]) -> Mapping[int, tuple[Said, ...]]:
    rows = db.session.execute(
        select(_owners).where(_owners.c.goal_id.in_(goals), _owners.c.removed_at.is_(None)).order_by(_owners.c.side)
    )
    found: dict[int, tuple[Said, ...]] = {}
    for row in rows:
        found[row.goal_id] = (*found.get(row.goal_id, ()), _last_said(row))
    return found


def _last_said(row: AnyRow) -> Said:
    return Said(row.side, row.member_id, row.confidence, row.checked_in_at, row.asked_at, row.due_at)
