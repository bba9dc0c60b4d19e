"""How much of the company stands behind the customer: pure counting over goals, departments and people (docs/goals.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from collab.goals.rules.progress import Course

CUSTOMER = "customer"
CHANNEL_ONLY = ("channel", "campaign")
"""Units of analysis that tell of our work, not of the customer."""

ROOTS = ("vision", "promise")
COUNTED = "active"
"""A goal covers a department while it runs."""


@dataclass(frozen=True)
class Measure:
    """A metric as far as coverage asks: whom or what it counts, and whether it is whole (`is_whole`)."""

    about: str
    whole: bool


@dataclass(frozen=True)
class Fact:
    """A goal as far as coverage asks. `parents` are those the reader may see; the first of `measures` is the main one."""

    id: int
    kind: str
    state: str
    departments: tuple[str, ...] = ()
    staged: bool = False
    parents: tuple[int, ...] = ()
    measures: tuple[Measure, ...] = ()
    by_children: bool = False
    progressed: bool = False

    @property
    def live(self) -> bool:
        """Whether it runs."""
        return self.state == COUNTED

    @property
    def measurable(self) -> bool:
        """Whether its progress can be said: its main metric has a start, an aim and a measurement, or its children do."""
        return self.progressed if self.by_children else bool(self.measures) and self.measures[0].whole


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def per_cent(self) -> Fraction | None:
        """The share, exact; None of nothing."""
        return Fraction(self.n * 100, self.of) if self.of else None


@dataclass(frozen=True)
class Side:
    """A department: its running goals that are tied to the customer, those that are not, and how many of its people (`staff`)
    wrote down their part in a running goal."""

    code: str
    tied: tuple[int, ...]
    untied: tuple[int, ...]
    parts: Share

    @property
    def covered(self) -> bool:
        """Whether at least one running goal of it is tied to the customer."""
        return bool(self.tied)


def tied(goals: Mapping[int, Fact]) -> frozenset[int]:
    """The goals tied to the customer: at a journey stage, under (or itself) a promise or vision, or counting customers."""
    children: dict[int, list[int]] = defaultdict(list)
    for goal in goals.values():
        for parent in goal.parents:
            children[parent].append(goal.id)
    reached = [goal.id for goal in goals.values() if goal.kind in ROOTS]
    found = set(reached)
    while reached:
        fresh = [child for child in children[reached.pop()] if child not in found]
        found.update(fresh)
        reached += fresh
    own = {one.id for one in goals.values() if one.staged or any(m.about == CUSTOMER for m in one.measures)}
    return frozenset(found | own)


def sides(
    goals: Mapping[int, Fact], staff: Mapping[str, Collection[int]], took_part: Collection[int]
) -> tuple[Side, ...]:
    """Every department of `staff` (members by department); `took_part` are those who wrote down their part."""
    good = tied(goals)
    mine: dict[str, list[int]] = defaultdict(list)
    for goal in goals.values():
        for code in goal.departments if goal.live else ():
            mine[code].append(goal.id)
    told = frozenset(took_part)
    return tuple(
        Side(
            code, tuple(one for one in mine[code] if one in good), tuple(one for one in mine[code] if one not in good),
            Share(len(told & set(people)), len(set(people))),
        )
        for code, people in staff.items()
    )  # fmt: skip


def counted(goals: Iterable[Fact]) -> list[Fact]:
    """The running goals that are to be measured: a vision is none of them."""
    return [goal for goal in goals if goal.live and goal.kind != "vision"]


def measurable(goals: Iterable[Fact]) -> Share:
    """How many of the running goals can be measured."""
    running = counted(goals)
    return Share(sum(goal.measurable for goal in running), len(running))


def about_customers(goals: Iterable[Fact]) -> Share:
    """How many metrics of running goals count customers."""
    metrics = [metric for goal in counted(goals) for metric in goal.measures]
    return Share(sum(metric.about == CUSTOMER for metric in metrics), len(metrics))


def channel_only(goals: Iterable[Fact]) -> bool:
    """Whether all that is measured in these goals is a channel or a campaign; goals without metrics say nothing."""
    metrics = [metric for goal in goals for metric in goal.measures]
    return bool(metrics) and all(metric.about in CHANNEL_ONLY for metric in metrics)


def is_whole(course: Course, figure: Fraction | None) -> bool:
    """Whether a metric has a start, an aim and a measurement; one judged by a threshold needs that and a measurement."""
    if course.control:
        aimed = {"stay_above": course.lowest, "stay_below": course.highest}.get(course.kind)
        bounded = aimed is not None or (course.lowest is not None and course.highest is not None)
    else:
        bounded = course.start is not None and course.target is not None
    return bounded and figure is not None
