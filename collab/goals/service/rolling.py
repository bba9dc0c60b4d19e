"""Computing anew what rests on what was measured: the latest figures, sums over children, progress, up to the roots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from sqlalchemy import Table, bindparam, update

from collab.goals.models import PREFIX, Goal, Metric
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.rolling import Below, Kept, above, below, latest, latest_gathered, standing
from collab.goals.rules.rolling import Part, mean
from collab.goals.rules.tree import upwards
from collab.goals.service.events import PromiseBroken
from collab.goals.service.gathering import gather
from collab.kernel import reactions
from collab.kernel.db import run
from collab.kernel.keys import key_of

_goals: Table = Goal.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]
_FIGURES = ("value", "numerator", "denominator", "measured_on")
_KEEP_FIGURE = (
    update(_metrics)
    .where(_metrics.c.id == bindparam("at_id"))
    .values({name: bindparam(f"to_{name}", type_=_metrics.c[name].type) for name in _FIGURES})
)
_KEEP_PROGRESS = (
    update(_goals)
    .where(_goals.c.id == bindparam("at_id"))
    .values(progress=bindparam("to_progress", type_=_goals.c.progress.type))
)
PLACES = 20
"""Digits after the point that are kept of a progress no decimal number expresses (a third)."""


@dataclass
class Tree:
    """The part of the tree that is computed anew: the goals themselves, everything above, and the children of all these."""

    goals: dict[int, Kept]
    metrics: dict[int, tuple[MetricView, ...]]
    children: Mapping[int, list[Below]]
    touched: dict[int, frozenset[date] | None]
    """Days on which something of a goal changed; None: any."""
    progress: dict[int, Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._home = {view.id: goal for goal, views in self.metrics.items() for view in views}

    def remember(self, figures: Mapping[int, Mapping[str, Any]]) -> None:
        """Take the latest figures of metrics."""
        for goal in {self._home[metric] for metric in figures}:
            self.metrics[goal] = tuple(replace(view, **figures.get(view.id, {})) for view in self.metrics[goal])

    def main(self, goal: int) -> MetricView | None:
        """Its main metric."""
        return next(iter(self.metrics.get(goal, ())), None)

    def changed(self, goal: int) -> bool:
        """Whether it is computed anew: what is over stays as it ended."""
        return goal in self.goals and goal in self.touched and self.goals[goal].state != "closed"


def refresh(goals: Iterable[int], *, now: datetime, days: Collection[date] | None = None) -> None:
    """Compute progress anew for these goals and everything above them. Call it in the transaction of what changed (a
    measurement, a tie, a metric, a state), after `holding.lock_tree`.

    `days` says on which days something was measured, where nothing else changed: only periods they lie in are gathered
    anew. Goals that are closed stay as they ended. Statements grow with the levels of the tree, not with the goals.
    Promises whose experience breaks by it are told (`PromiseBroken`).
    """
    begun = frozenset(goals)
    if not begun:
        return
    tree = _read(begun, None if days is None else frozenset(days))
    before = dict(tree.metrics)
    own = (metric for goal in begun if tree.changed(goal) for metric in tree.metrics.get(goal, ()))
    tree.remember(latest(metric.id for metric in own if not metric.gathers))
    for level in _levels(tree):
        _gather(tree, level, now)
        for goal in level:
            tree.progress[goal] = _progress(tree, goal)
    _write(tree, before)
    _tell(tree, before, now)


def _read(begun: frozenset[int], days: frozenset[date] | None) -> Tree:
    affected = above(begun)
    children = below(affected)
    concerned = affected | {one.child for ones in children.values() for one in ones}
    touched = {goal: days if goal in begun else frozenset() for goal in affected}
    return Tree(standing(concerned), dict(metrics_of(concerned)), children, touched)


def _levels(tree: Tree) -> Iterable[list[int]]:
    """Affected goals, children before parents, so many at a time as do not rest on each other."""
    ties = [(one.child, goal) for goal, ones in tree.children.items() for one in ones if one.child in tree.touched]
    height = dict.fromkeys(tree.touched, 0)
    for goal in upwards(ties):
        resting = [one.child for one in tree.children.get(goal, ()) if one.child in tree.touched]
        height[goal] = max((height[child] + 1 for child in resting), default=0)
    for level in sorted(set(height.values())):
        yield sorted(goal for goal, at in height.items() if at == level and tree.changed(goal))


def _gather(tree: Tree, level: Iterable[int], now: datetime) -> None:
    """Sums over children for those of a level that gather; what their own parents must look at grows by it."""
    wanted: dict[MetricView, list[tuple[int, MetricView | None]]] = {}
    for goal in level:
        days = _days_below(tree, goal)
        tree.touched[goal] = days
        if days is None or days:
            wanted |= {metric: _parts(tree, goal) for metric in tree.metrics.get(goal, ()) if metric.gathers}
    if not wanted:
        return
    days_of = {metric.id: tree.touched[metric.goal] for metric in wanted}
    written = gather(wanted, days_of, starts_month=habits().starts_month, now=now)
    for metric in wanted:
        tree.touched[metric.goal] = _more(tree.touched[metric.goal], written[metric.id])
    tree.remember(latest_gathered(metric.id for metric in wanted))


def _days_below(tree: Tree, goal: int) -> frozenset[date] | None:
    found = tree.touched[goal]
    for one in tree.children.get(goal, ()):
        if one.child in tree.touched:
            found = _more(found, tree.touched[one.child])
    return found


def _more(some: frozenset[date] | None, others: frozenset[date] | None) -> frozenset[date] | None:
    return None if some is None or others is None else some | others


def _parts(tree: Tree, goal: int) -> list[tuple[int, MetricView | None]]:
    """Shares and main metrics of the children that count."""
    return [(one.share, tree.main(one.child)) for one in tree.children.get(goal, ()) if tree.goals[one.child].counts]


def _progress(tree: Tree, goal: int) -> Fraction | None:
    if tree.goals[goal].progress_from == "children":
        counted = [one for one in tree.children.get(goal, ()) if tree.goals[one.child].counts]
        return mean(Part(key_of(PREFIX, one.child), one.share, _stands(tree, one.child)) for one in counted)
    main = tree.main(goal)
    return main.progress if main else None


def _stands(tree: Tree, goal: int) -> Fraction | None:
    if goal in tree.progress:
        return tree.progress[goal]
    kept = tree.goals[goal].progress
    return None if kept is None else Fraction(kept)


def _write(tree: Tree, before: Mapping[int, tuple[MetricView, ...]]) -> None:
    """What has changed, and nothing else."""
    figures = [
        {"at_id": view.id, **{f"to_{name}": getattr(view, name) for name in _FIGURES}}
        for goal, views in tree.metrics.items()
        for view, was in zip(views, before.get(goal, ()), strict=True)
        if view != was
    ]
    moved = [
        {"at_id": goal, "to_progress": kept}
        for goal, progress in tree.progress.items()
        if (kept := as_kept(progress)) != tree.goals[goal].progress
    ]
    if figures:
        run(_KEEP_FIGURE, figures)
    if moved:
        run(_KEEP_PROGRESS, moved)


def as_kept(progress: Fraction | None) -> Decimal | None:
    """A progress as the database keeps it: exact where a decimal number is, else to PLACES digits."""
    if progress is None:
        return None
    with localcontext() as context:
        context.prec = PLACES + 10
        exact = round(Decimal(progress.numerator) / Decimal(progress.denominator), PLACES)
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def _tell(tree: Tree, before: Mapping[int, tuple[MetricView, ...]], now: datetime) -> None:
    """Promises that broke just now; one that is broken already is not told again."""
    for goal, views in tree.metrics.items():
        held = tree.goals[goal]
        if held.kind != "promise" or held.state != "active":
            continue
        for view, was in zip(views, before.get(goal, ()), strict=True):
            if view.role == "experience" and view.broken and not was.broken:
                reactions.emit(PromiseBroken(key_of(PREFIX, goal), view.id, now))
