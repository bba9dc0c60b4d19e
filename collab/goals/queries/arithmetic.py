"""How a goal's progress came about, number by number: what its page shows on demand, and `GET /goals/K/arithmetic`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from collab.goals.models import PREFIX
from collab.goals.queries.branches import goals, ties
from collab.goals.queries.goals import GoalView, get_goal
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.rolling import Kept, measured
from collab.goals.queries.series import Point, series_of
from collab.goals.queries.sight import visible
from collab.goals.rules import progress as rules
from collab.goals.rules.periods import first_day, last_day
from collab.goals.rules.rolling import ALL, Child, Measured, Part, Sum, gathered, mean
from collab.goals.rules.shape import addable
from collab.goals.rules.tree import CONTRIBUTE
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.keys import key_of


@dataclass(frozen=True)
class Formula:
    """One metric's progress: `way` is what the formula gives, `progress` the same within its bounds."""

    metric: MetricView
    way: Fraction | None
    progress: Fraction | None

    @property
    def bounded(self) -> bool:
        """Whether it would pass its bounds."""
        return self.way != self.progress


@dataclass(frozen=True)
class Line:
    """A child the viewer may see. `counted` is its progress as the parent takes it, `product` that times its share; where it
    is left out, `left_out` says why: supports, not_started, dropped, unmeasured."""

    key: str
    title: str
    share: int | None
    progress: Fraction | None
    counted: Fraction | None
    left_out: str | None

    @property
    def product(self) -> Fraction | None:
        """Share times counted progress."""
        return None if self.counted is None or self.share is None or self.left_out else self.share * self.counted


@dataclass(frozen=True)
class Weighted:
    """Children's progress, weighted by share: `total` over `weight` is `result`, hidden children included."""

    lines: Sequence[Line]
    total: Fraction
    weight: int
    result: Fraction | None


@dataclass(frozen=True)
class Portion:
    """What a child the viewer may see gives to a period's figure: its own figure and the part of it that is the parent's."""

    key: str
    title: str
    share: int | None
    own: Sum | None
    given: Sum | None
    left_out: str | None


@dataclass(frozen=True)
class Summed:
    """A metric that is gathered from children: every period's figure, and of one period where it comes from.

    `mean` is the mean of the children's own ratios, to be compared with: it is not the figure.
    """

    metric: MetricView
    periods: Sequence[Point]
    first: date
    last: date
    lines: Sequence[Portion]
    whole: Sum
    value: Fraction | None
    mean: Fraction | None


@dataclass(frozen=True)
class Arithmetic:
    """All of it. `partly` says that something counts which the viewer may not see; it is neither named nor counted."""

    goal: GoalView
    formulas: Sequence[Formula]
    weighted: Weighted | None
    sums: Sequence[Summed]
    partly: bool


@dataclass(frozen=True)
class _Kid:
    row: AnyRow
    main: MetricView | None

    @property
    def key(self) -> str:
        return key_of(PREFIX, self.row.id)

    @property
    def left_out(self) -> str | None:
        """Why it does not count; None if it may."""
        if self.row.tie != CONTRIBUTE:
            return "supports"
        if self.row.state == "closed" and self.row.result == "dropped":
            return "dropped"
        kept = Kept(self.row.kind, self.row.state, self.row.result, self.row.progress_from, self.row.progress)
        return None if kept.counts else "not_started"

    @property
    def progress(self) -> Fraction | None:
        return None if self.row.progress is None else Fraction(self.row.progress)

    @property
    def part(self) -> Part:
        return Part(self.key, self.row.share, self.progress)


def get_arithmetic(viewer: Actor, key: str, *, on: date | None = None) -> Arithmetic:
    """How a goal's progress came about; `on` is a day of the period whose sum is wanted (default: the last one).
    Raises NotFound."""
    goal = get_goal(viewer, key)
    metrics = metrics_of([goal.id]).get(goal.id, ())
    kids = _kids(viewer, goal.id)
    weighted = _weighted(kids) if goal.progress_from == "children" else None
    gathers = [one for one in metrics if one.gathers]
    series = series_of(gathers)
    sums = [found for one in gathers if (found := _summed(one, kids, series.get(one.id, ()), on)) is not None]
    partly = bool(weighted or sums) and any(not kid.row.seen and kid.left_out is None for kid in kids)
    if partly:
        sums = [_discreet(one) for one in sums]
    return Arithmetic(goal, [formula(one) for one in metrics], weighted, sums, partly)


def _discreet(found: Summed) -> Summed:
    """Without what would tell of children the viewer may not see: how many there are, what they were."""
    periods = [replace(one, parts=None, parts_of=None) for one in found.periods]
    return replace(found, periods=periods, mean=None)


def formula(metric: MetricView) -> Formula:
    """One metric's progress, with what it would be without bounds."""
    course, value = metric.course, metric.figure
    start, target = course.start, course.target
    if course.control or value is None or start is None or target is None or start == target:
        return Formula(metric, metric.progress, metric.progress)
    way = (value - Fraction(start)) / (Fraction(target) - Fraction(start)) * rules.WHOLE
    return Formula(metric, way, metric.progress)


def _kids(viewer: Actor, goal: int) -> list[_Kid]:
    rows = db.session.execute(
        select(
            goals.c.id, goals.c.title, goals.c.kind, goals.c.state, goals.c.result, goals.c.progress_from,
            goals.c.progress, ties.c.kind.label("tie"), ties.c.share, visible(viewer).label("seen"),
        )
        .join(ties, ties.c.child_id == goals.c.id)
        .where(ties.c.parent_id == goal)
        .order_by(ties.c.kind, ties.c.share.desc(), goals.c.id)
    ).all()  # fmt: skip
    mains = metrics_of([row.id for row in rows]) if rows else {}
    return [_Kid(row, next(iter(mains.get(row.id, ())), None)) for row in rows]


def _weighted(kids: Sequence[_Kid]) -> Weighted:
    counting = [kid.part for kid in kids if kid.left_out is None and kid.progress is not None]
    total = sum((part.share * (part.counted or rules.NONE) for part in counting), rules.NONE)
    lines = [_line(kid) for kid in kids if kid.row.seen]
    return Weighted(lines, total, sum(part.share for part in counting), mean(counting))


def _line(kid: _Kid) -> Line:
    why = kid.left_out or ("unmeasured" if kid.progress is None else None)
    counted = kid.part.counted if why is None else None
    return Line(kid.key, kid.row.title, kid.row.share, kid.progress, counted, why)


def _summed(metric: MetricView, kids: Sequence[_Kid], periods: Sequence[Point], on: date | None) -> Summed | None:
    if not periods:
        return None
    starts = habits().starts_month
    first = first_day(on, metric.period, starts) if on else periods[-1].on
    last = last_day(first, metric.period)
    mains = [kid.main.id for kid in kids if kid.main is not None]
    figures = measured(mains, first, last) if mains else {}
    portions = {kid.row.id: _portion(metric, kid, figures, starts) for kid in kids}
    counting = [_child(kid, figures, kid.row.share) for kid in kids if portions[kid.row.id].left_out is None]
    whole = next(
        iter(gathered(counting, period=metric.period, is_ratio=metric.is_ratio, starts_month=starts).values()), Sum()
    )
    return Summed(
        metric, periods, first, last, [portions[kid.row.id] for kid in kids if kid.row.seen], whole,
        amount(whole, metric.per), _mean(list(portions.values()), metric.per),
    )  # fmt: skip


def _portion(metric: MetricView, kid: _Kid, figures: Mapping[int, list[Measured]], starts: int) -> Portion:
    """What one child gives, found by gathering it alone: once as its own figure, once by its share."""
    why = kid.left_out or _no_match(metric, kid.main)
    if why is not None or not (kid.main and figures.get(kid.main.id)):
        return Portion(kid.key, kid.row.title, kid.row.share, None, None, why or "unmeasured")
    own, given = (_one(metric, [_child(kid, figures, share)], starts) for share in (ALL, kid.row.share))
    return Portion(kid.key, kid.row.title, kid.row.share, own, given, None if own else "unmeasured")


def _one(metric: MetricView, children: Sequence[Child], starts: int) -> Sum | None:
    """The figure of the only period there is."""
    found = gathered(children, period=metric.period, is_ratio=metric.is_ratio, starts_month=starts)
    return next(iter(found.values()), None)


def _no_match(metric: MetricView, main: MetricView | None) -> str | None:
    return None if main is None else addable((metric.unit, metric.is_ratio), (main.unit, main.is_ratio))


def _child(kid: _Kid, figures: Mapping[int, list[Measured]], share: int) -> Child:
    main = kid.main
    return Child(share, main.period if main else "day", figures.get(main.id, ()) if main else ())


def amount(whole: Sum, per: int) -> Fraction | None:
    """A sum as one figure; None where there is nothing, or nothing to divide by."""
    numerator: Decimal | None = whole.numerator
    if numerator is not None and whole.denominator is not None:
        return rules.ratio(numerator, whole.denominator, per)
    return None if whole.value is None else Fraction(whole.value)


def _mean(portions: Sequence[Portion], per: int) -> Fraction | None:
    """What the mean of the children's ratios would be; None for counts, which have no such mean."""
    ratios = [
        found
        for one in portions
        if one.own is not None and one.own.numerator is not None and (found := amount(one.own, per)) is not None
    ]
    return sum(ratios, Fraction(0)) / len(ratios) if ratios else None
