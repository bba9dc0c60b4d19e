"""What was measured: as lists show it, and as it stood before somebody measures again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import Table, func, select

from collab.goals.models import Measurement
from collab.goals.queries.goals import find_goal, get_goal, relations_of
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.rules.figures import Figure
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound

_measurements: Table = Measurement.__table__  # type: ignore[assignment]


class Said(Protocol):
    """Somebody's entry about a metric."""

    @property
    def metric(self) -> MetricView: ...
    @property
    def on(self) -> date: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Known:
    """What was known of some days: by each source, and what counted."""

    by_source: Mapping[tuple[int, date, str], Figure]
    last: Mapping[tuple[int, date], Figure]

    def of(self, entry: Said) -> Figure | None:
        """What this source had said of that day."""
        return self.by_source.get((entry.metric.id, entry.on, entry.source))

    def counted(self, entry: Said) -> Figure | None:
        """What counted of that day."""
        return self.last.get((entry.metric.id, entry.on))


def known(entries: Collection[Said]) -> Known:
    """What is known of the metrics and days of these entries. One statement."""
    if not entries:
        return Known({}, {})
    metrics, days = {entry.metric.id for entry in entries}, {entry.on for entry in entries}
    rows = db.session.execute(
        select(_measurements)
        .where(_measurements.c.metric_id.in_(metrics), _measurements.c.on >= min(days), _measurements.c.on <= max(days))
        .order_by(_measurements.c.recorded_at, _measurements.c.id)
    )
    by_source, last = {}, {}
    for row in rows:
        if row.on in days:
            figure = Figure(row.value, row.numerator, row.denominator, row.sample)
            by_source[row.metric_id, row.on, row.source] = last[row.metric_id, row.on] = figure
    return Known(by_source, last)


@dataclass(frozen=True)
class MeasurementView:
    """One measurement. Of a gathered one `parts` of `parts_of` children have measured; `by` is None for it."""

    metric: MetricView
    on: date
    source: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    sample: int | None
    parts: int | None
    parts_of: int | None
    by: int | None
    at: datetime

    @property
    def figure(self) -> Figure:
        """What was measured."""
        return Figure(self.value, self.numerator, self.denominator, self.sample)


def list_measurements(
    viewer: Actor, key: str, *, metric: int | None = None, offset: int = 0, limit: int = 20
) -> tuple[list[MeasurementView], int]:
    """What was measured for a goal (one metric or all), the latest day first, and how many there are. Raises NotFound."""
    goal = get_goal(viewer, key)
    metrics = {one.id: one for one in metrics_of([goal.id]).get(goal.id, ()) if metric in (None, one.id)}
    if metric is not None and not metrics:
        raise NotFound
    mine = _measurements.c.metric_id.in_(list(metrics))
    total = db.session.scalar(select(func.count()).select_from(_measurements).where(mine)) or 0
    newest = (_measurements.c.on.desc(), _measurements.c.recorded_at.desc(), _measurements.c.id.desc())
    rows = db.session.execute(select(_measurements).where(mine).order_by(*newest).offset(offset).limit(limit))
    return [_view(row, metrics[row.metric_id]) for row in rows], total


def is_measured_by(member: Actor, key: str) -> bool:
    """Whether a member may measure a goal, or might if it ran: what their machines may read."""
    goal = find_goal(key)
    return goal is not None and bool({"owner", "checker"} & relations_of(member, goal))


def _view(row: AnyRow, metric: MetricView) -> MeasurementView:
    return MeasurementView(
        metric, row.on, row.source, row.value, row.numerator, row.denominator, row.sample, row.parts, row.parts_of,
        row.recorded_by_id, row.recorded_at,
    )  # fmt: skip
