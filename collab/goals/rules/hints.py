"""Hints about the quality of a goal: they are said while writing and on the page, and never stop anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from collab.goals.rules.habits import Habits
from collab.goals.rules.shape import Shape
from collab.kernel.errors import Text

CUSTOMER, OTHER = "customer", "other"


@dataclass(frozen=True)
class Look:
    """What of a goal its quality is judged by. `busy` are owners by name with how many running goals they have."""

    kind: str
    title: str
    journey_stage: str | None = None
    has_parents: bool = False
    from_children: bool = False
    metrics: Sequence[Shape] = ()
    busy: Sequence[tuple[object, int]] = ()


def hints(look: Look, habits: Habits) -> list[Text]:
    """What could be better, most important first."""
    if look.kind == "vision":
        return list(_title(look, habits))
    return [*_measured(look, habits), *_tied(look), *_title(look, habits), *_each(look.metrics), *_busy(look, habits)]


def _measured(look: Look, habits: Habits) -> Iterator[Text]:
    if not look.metrics and not look.from_children:
        yield Text("goal.hint.no_metric")
    if len(look.metrics) > habits.metrics_most:
        yield Text("goal.hint.many_metrics", {"n": len(look.metrics), "most": habits.metrics_most})
    if look.metrics and all(one.about not in (CUSTOMER, OTHER) for one in look.metrics):
        yield Text("goal.hint.only_campaign")


def _tied(look: Look) -> Iterator[Text]:
    if look.kind == "goal" and not look.has_parents:
        yield Text("goal.hint.orphan")
    if look.journey_stage is None and any(one.about == CUSTOMER for one in look.metrics):
        yield Text("goal.hint.no_stage")


def _title(look: Look, habits: Habits) -> Iterator[Text]:
    if len(look.title) > habits.title_most:
        yield Text("goal.hint.long_title", {"n": len(look.title), "most": habits.title_most})


def _each(metrics: Sequence[Shape]) -> Iterator[Text]:
    for one in metrics:
        if yes_or_no(one):
            yield Text("goal.hint.yes_or_no", {"metric": one.name})
        if one.baseline is None and not one.course.control:
            yield Text("goal.hint.no_baseline", {"metric": one.name})
        if one.stale_after_days is None and not one.gathers:
            yield Text("goal.hint.never_stale", {"metric": one.name})


def yes_or_no(metric: Shape) -> bool:
    """Whether a metric only says done or not done: from nothing to one, without a unit."""
    return metric.target == 1 and metric.baseline in (None, Decimal(0)) and not metric.unit and not metric.is_ratio


def _busy(look: Look, habits: Habits) -> Iterator[Text]:
    for who, running in look.busy:
        if running > habits.goals_most:
            yield Text("goal.hint.busy", {"who": who, "n": running, "most": habits.goals_most})
