"""How figures went in time: what was measured, day by day, and how confident the owners were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, select

from collab.goals.models import CheckIn, Measurement
from collab.goals.queries.metrics import MetricView
from collab.goals.rules.progress import ratio
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db

MOST = 60
"""How many points of a line are read: more cannot be told apart."""

_measurements: Table = Measurement.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Point:
    """What counts of a day: the figure (exact), whose it is, of how many people or things; where it was gathered from
    children, from `parts` of `parts_of`."""

    on: date
    value: Fraction
    source: str
    sample: int | None = None
    parts: int | None = None
    parts_of: int | None = None


@dataclass(frozen=True)
class Felt:
    """What the owner of a side thought of reaching the target, in per cent."""

    side: int
    on: date
    confidence: int


def series_of(metrics: Sequence[MetricView]) -> Mapping[int, tuple[Point, ...]]:
    """The last 60 days on which each metric was measured, oldest first; of several sources on a day the one recorded last.
    One statement."""
    if not metrics:
        return {}
    newest = func.row_number().over(
        partition_by=(_measurements.c.metric_id, _measurements.c.on),
        order_by=(_measurements.c.recorded_at.desc(), _measurements.c.id.desc()),
    )
    wanted = _measurements.c.metric_id.in_([one.id for one in metrics])
    counted = select(_measurements, newest.label("newest")).where(wanted).subquery()
    last = func.row_number().over(partition_by=counted.c.metric_id, order_by=counted.c.on.desc())
    ranked = select(counted, last.label("last")).where(counted.c.newest == 1).subquery()
    rows = db.session.execute(select(ranked).where(ranked.c.last <= MOST).order_by(ranked.c.metric_id, ranked.c.on))
    per = {one.id: one.per for one in metrics}
    found: dict[int, tuple[Point, ...]] = {}
    for row in rows:
        if (point := _point(row, per[row.metric_id])) is not None:
            found[row.metric_id] = (*found.get(row.metric_id, ()), point)
    return found


def confidences_of(goal: int) -> Mapping[int, tuple[Felt, ...]]:
    """The last 60 confidences by side, oldest first, each on its day in the company's zone. One statement."""
    last = func.row_number().over(
        partition_by=_checkins.c.side, order_by=(_checkins.c.at.desc(), _checkins.c.id.desc())
    )
    said = _checkins.c.side.is_not(None) & _checkins.c.confidence.is_not(None)
    ranked = (
        select(_checkins.c.side, _checkins.c.at, _checkins.c.confidence, last.label("last"))
        .where(_checkins.c.goal_id == goal, said)
        .subquery()
    )
    rows = db.session.execute(select(ranked).where(ranked.c.last <= MOST).order_by(ranked.c.side, ranked.c.at))
    zone = ZoneInfo(company().zone)
    found: dict[int, tuple[Felt, ...]] = {}
    for row in rows:
        felt = Felt(row.side, row.at.astimezone(zone).date(), row.confidence)
        found[row.side] = (*found.get(row.side, ()), felt)
    return found


def progress_of(goal: int) -> Sequence[tuple[date, Fraction]]:
    """The progress a goal had at its check-ins, the last of each day, oldest first; at most 60 days. One statement."""
    rows = db.session.execute(
        select(_checkins.c.at, _checkins.c.progress)
        .where(_checkins.c.goal_id == goal, _checkins.c.progress.is_not(None))
        .order_by(_checkins.c.at.desc(), _checkins.c.id.desc())
        .limit(MOST)
    ).all()
    zone = ZoneInfo(company().zone)
    return sorted({row.at.astimezone(zone).date(): Fraction(row.progress) for row in reversed(rows)}.items())


def _point(row: AnyRow, per: int) -> Point | None:
    value = Fraction(row.value) if row.value is not None else ratio(row.numerator, row.denominator, per)
    return None if value is None else Point(row.on, value, row.source, row.sample, row.parts, row.parts_of)
