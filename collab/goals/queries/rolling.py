"""What computing anew reads: who is above, who is below, how they stand, what was measured last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, select

from collab.goals.models import Goal, Measurement, Parent
from collab.goals.rules.figures import CHILDREN
from collab.goals.rules.rolling import Measured
from collab.goals.rules.tree import CONTRIBUTE
from collab.kernel.db import AnyRow, db

_goals: Table = Goal.__table__  # type: ignore[assignment]
_parents: Table = Parent.__table__  # type: ignore[assignment]
_measurements: Table = Measurement.__table__  # type: ignore[assignment]
_contributes = _parents.c.kind == CONTRIBUTE


@dataclass(frozen=True)
class Below:
    """A contributing child and its share in per cent."""

    child: int
    share: int


@dataclass(frozen=True)
class Kept:
    """What is kept of a goal that decides how it counts above."""

    kind: str
    state: str
    result: str | None
    progress_from: str
    progress: Decimal | None

    @property
    def counts(self) -> bool:
        """Whether a parent counts it: from its start on, also when it is over, unless it was dropped."""
        return self.state in ("active", "paused") or (self.state == "closed" and self.result != "dropped")


def above(goals: Collection[int]) -> frozenset[int]:
    """These goals, and every goal they contribute to, directly or through others. One statement."""
    up = select(_goals.c.id).where(_goals.c.id.in_(goals)).cte("up", recursive=True)
    up = up.union(select(_parents.c.parent_id).join(up, up.c.id == _parents.c.child_id).where(_contributes))
    return frozenset(db.session.scalars(select(up.c.id)))


def below(goals: Collection[int]) -> Mapping[int, list[Below]]:
    """The contributing children of each of these goals."""
    rows = db.session.execute(
        select(_parents.c.parent_id, _parents.c.child_id, _parents.c.share)
        .where(_parents.c.parent_id.in_(goals), _contributes)
        .order_by(_parents.c.parent_id, _parents.c.child_id)
    )
    found: dict[int, list[Below]] = {}
    for parent, child, share in rows:
        found.setdefault(parent, []).append(Below(child, share))
    return found


def standing(goals: Collection[int]) -> dict[int, Kept]:
    """How each of these goals stands."""
    columns = (_goals.c.kind, _goals.c.state, _goals.c.result, _goals.c.progress_from, _goals.c.progress)
    rows = db.session.execute(select(_goals.c.id, *columns).where(_goals.c.id.in_(goals)))
    return {row.id: Kept(*row[1:]) for row in rows}


def latest(metrics: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The last figure of each of these metrics, as the metric remembers it: of its last day, the one recorded last. Nothing
    measured is remembered too."""
    wanted = list(metrics)
    if not wanted:
        return {}
    last = (
        select(_measurements.c.metric_id, func.max(_measurements.c.on).label("on"))
        .where(_measurements.c.metric_id.in_(wanted))
        .group_by(_measurements.c.metric_id)
        .subquery()
    )
    on_that_day = (_measurements.c.metric_id == last.c.metric_id) & (_measurements.c.on == last.c.on)
    rows = db.session.execute(
        select(_measurements).join(last, on_that_day).order_by(_measurements.c.recorded_at, _measurements.c.id)
    )
    return dict.fromkeys(wanted, _NOTHING) | {row.metric_id: _figure(row) for row in rows}


def latest_gathered(metrics: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The figure that counts of each of these gathering metrics: of the last period that as many children have measured as the
    one before it. A month that has only begun, with figures of two of eight, does not speak for all yet."""
    wanted = list(metrics)
    former = func.lag(_measurements.c.parts, 1, 0).over(
        partition_by=_measurements.c.metric_id, order_by=_measurements.c.on
    )
    periods = (
        select(_measurements, former.label("former"))
        .where(_measurements.c.metric_id.in_(wanted), _measurements.c.source == CHILDREN)
        .subquery()
    )
    rows = db.session.execute(select(periods).where(periods.c.parts >= periods.c.former).order_by(periods.c.on))
    return dict.fromkeys(wanted, _NOTHING) | {row.metric_id: _figure(row) for row in rows}


def measured(metrics: Collection[int], since: date | None, until: date | None) -> dict[int, list[Measured]]:
    """What counts of each day for each of these metrics, by day; `since` and `until` inclusive, None: all."""
    found: dict[int, dict[date, Measured]] = {}
    columns = (_measurements.c.value, _measurements.c.numerator, _measurements.c.denominator)
    wanted = select(_measurements.c.metric_id, _measurements.c.on, *columns).where(
        _measurements.c.metric_id.in_(metrics)
    )
    if since is not None and until is not None:
        wanted = wanted.where(_measurements.c.on >= since, _measurements.c.on <= until)
    for metric, *figure in db.session.execute(wanted.order_by(_measurements.c.recorded_at, _measurements.c.id)):
        found.setdefault(metric, {})[figure[0]] = Measured(*figure)
    return {metric: sorted(by_day.values(), key=lambda one: one.on) for metric, by_day in found.items()}


_NOTHING: dict[str, Any] = dict.fromkeys(("value", "numerator", "denominator", "measured_on"))


def _figure(row: AnyRow) -> dict[str, Any]:
    """A measurement as the metric remembers it."""
    return {"value": row.value, "numerator": row.numerator, "denominator": row.denominator, "measured_on": row.on}
