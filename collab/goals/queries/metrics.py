"""The metrics of goals with their latest figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Table, select

from collab.goals.models import Metric
from collab.goals.rules import progress as rules
from collab.goals.rules.progress import Course
from collab.kernel.db import AnyRow, db

_metrics: Table = Metric.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class MetricView:
    """One metric as it stands. `figure` is exact; `progress` is between -100 and 200, None as long as nothing was measured."""

    id: int
    goal: int
    position: int
    role: str
    name: str
    type: str
    unit: str
    course: Course
    baseline_on: date | None
    is_ratio: bool
    per: int
    gathers: bool
    period: str
    about: str
    places: int
    stale_after_days: int | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    measured_on: date | None

    @property
    def main(self) -> bool:
        """Whether the goal's own progress is this one's."""
        return self.position == 1

    @property
    def figure(self) -> Fraction | None:
        """The latest value; of a ratio, numerator / denominator x per."""
        if self.is_ratio and self.numerator is not None and self.denominator is not None:
            return rules.ratio(self.numerator, self.denominator, self.per)
        return None if self.value is None else Fraction(self.value)

    @property
    def shown(self) -> Decimal | None:
        """The latest value as people read it."""
        return None if self.figure is None else rules.shown(self.figure, self.places)

    @property
    def progress(self) -> Fraction | None:
        """Per cent of the way."""
        return rules.progress(self.course, self.figure)

    @property
    def broken(self) -> bool:
        """Whether it is where it may never be."""
        return rules.broken(self.course, self.figure)


def metrics_of(goals: Iterable[int]) -> Mapping[int, tuple[MetricView, ...]]:
    """The metrics of each of these goals, the main one first. One statement."""
    rows = db.session.execute(
        select(_metrics)
        .where(_metrics.c.goal_id.in_(list(goals)), _metrics.c.removed_at.is_(None))
        .order_by(_metrics.c.goal_id, _metrics.c.position)
    )
    found: dict[int, tuple[MetricView, ...]] = {}
    for row in rows:
        found[row.goal_id] = (*found.get(row.goal_id, ()), view(row))
    return found


def view(row: AnyRow) -> MetricView:
    """The view of a row of the table."""
    course = Course(row.kind, row.baseline, row.target, row.floor, row.ceiling)
    return MetricView(
        row.id, row.goal_id, row.position, row.role, row.name, row.type, row.unit, course, row.baseline_on, row.is_ratio,
        row.per, row.gathers, row.period, row.about, row.places, row.stale_after_days, row.value, row.numerator,
        row.denominator, row.measured_on,
    )  # fmt: skip
