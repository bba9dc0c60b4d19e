"""Sums over children, kept as measurements of the parent's metric with the source `children`, one a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, select

from collab.goals.models import Measurement
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.rolling import measured
from collab.goals.rules.figures import CHILDREN
from collab.goals.rules.periods import first_day, last_day
from collab.goals.rules.rolling import Child, Measured, gathered
from collab.goals.rules.shape import addable
from collab.goals.service.recording import put
from collab.kernel.db import AnyRow, db

_measurements: Table = Measurement.__table__  # type: ignore[assignment]
_FIGURES = ("value", "numerator", "denominator", "parts", "parts_of")
Days = frozenset[date] | None
Parts = Sequence[tuple[int, MetricView | None]]


def gather(
    wanted: Mapping[MetricView, Parts], days: Mapping[int, Days], *, starts_month: int, now: datetime
) -> dict[int, Days]:
    """Gather these metrics from (share, main metric) of each child that counts; `days` says which days changed, None: any.

    Returns the first days of the periods that were looked at. Four statements however many metrics there are; a period in
    which no child measured any more has no figure any more.
    """
    periods = {metric.id: _periods(metric, days[metric.id], starts_month) for metric in wanted}
    window = _window(wanted, periods)
    children = {part.id for parts in wanted.values() for _share, part in parts if part is not None}
    figures = measured(children, *window) if children else {}
    new: dict[tuple[int, date], dict[str, Any]] = {}
    for metric, parts in wanted.items():
        for first, row in _rows(metric, parts, figures, periods[metric.id], starts_month):
            new[metric.id, first] = row
    _keep(new, _kept([metric.id for metric in wanted], window, periods), now)
    return periods


def _rows(
    metric: MetricView, parts: Parts, figures: Mapping[int, list[Measured]], periods: Days, starts_month: int
) -> Iterable[tuple[date, dict[str, Any]]]:
    children = [
        Child(share, part.period, figures.get(part.id, ()))
        for share, part in parts
        if part is not None and addable((metric.unit, metric.is_ratio), (part.unit, part.is_ratio)) is None
    ]
    sums = gathered(children, period=metric.period, is_ratio=metric.is_ratio, starts_month=starts_month)
    for first, whole in sums.items():
        if periods is None or first in periods:
            yield first, {
                "value": whole.value, "numerator": whole.numerator, "denominator": whole.denominator,
                "parts": whole.parts, "parts_of": len(parts),
            }  # fmt: skip


def _periods(metric: MetricView, days: Days, starts_month: int) -> Days:
    return None if days is None else frozenset(first_day(day, metric.period, starts_month) for day in days)


def _window(wanted: Iterable[MetricView], periods: Mapping[int, Days]) -> tuple[date | None, date | None]:
    """Between which days anything must be read."""
    since: list[date] = []
    until: list[date] = []
    for metric in wanted:
        firsts = periods[metric.id]
        if firsts is None:
            return None, None
        since += firsts
        until += [last_day(first, metric.period) for first in firsts]
    return min(since, default=None), max(until, default=None)


def _kept(
    metrics: Sequence[int], window: tuple[date | None, date | None], periods: Mapping[int, Days]
) -> dict[tuple[int, date], AnyRow]:
    """Figures gathered before, of the periods that are looked at."""
    from_children = (_measurements.c.source == CHILDREN) & _measurements.c.metric_id.in_(metrics)
    wanted = select(_measurements).where(from_children)
    if window[0] is not None and window[1] is not None:
        wanted = wanted.where(_measurements.c.on >= window[0], _measurements.c.on <= window[1])
    found = {(row.metric_id, row.on): row for row in db.session.execute(wanted)}
    return {at: row for at, row in found.items() if (firsts := periods[at[0]]) is None or at[1] in firsts}


def _keep(
    new: Mapping[tuple[int, date], Mapping[str, Any]], kept: Mapping[tuple[int, date], AnyRow], now: datetime
) -> None:
    gone = [row.id for at, row in kept.items() if at not in new]
    if gone:
        db.session.execute(delete(_measurements).where(_measurements.c.id.in_(gone)))
    put(
        [
            {"metric_id": at[0], "on": at[1], "source": CHILDREN, "sample": None, "recorded_by_id": None,
             "recorded_at": now, **row}
            for at, row in sorted(new.items())
            if at not in kept or any(getattr(kept[at], name) != row[name] for name in _FIGURES)
        ]
    )  # fmt: skip
