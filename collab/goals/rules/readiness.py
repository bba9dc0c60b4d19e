"""What is missing before a goal may be active: one code per thing, in the order in which people would mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from collab.goals.rules.progress import CONTROL, Course


@dataclass(frozen=True)
class Facts:
    """What activity rests on. `owners` says of each whether they accepted, `course` is the main metric's, `children` how
    many goals contribute; `paired` whether a promise has what is promised and what is experienced, in one unit."""

    kind: str
    owners: tuple[bool, ...]
    starts_on: date | None
    due_on: date | None
    progress_from: str = "metric"
    course: Course | None = None
    baseline_on: date | None = None
    children: int = 0
    paired: bool = True


def missing(facts: Facts) -> tuple[str, ...]:
    """Codes of what is missing (`goal.life.missing.CODE` are their words); empty when the goal may be active.

    A vision needs nobody's figures and no days: it is a direction. A promise judged by a threshold needs no days either.
    """
    return (*_of_owners(facts), *_of_days(facts), *_of_figures(facts), *_of_promise(facts))


def _of_owners(facts: Facts) -> Iterable[str]:
    if not facts.owners:
        yield "owner"
    elif not all(facts.owners):
        yield "acceptance"


def _of_days(facts: Facts) -> Iterable[str]:
    standing = facts.kind == "promise" and facts.course is not None and facts.course.control
    if facts.kind == "vision" or standing:
        return
    if facts.starts_on is None:
        yield "starts_on"
    if facts.due_on is None:
        yield "due_on"


def _of_figures(facts: Facts) -> Iterable[str]:
    if facts.kind == "vision":
        return
    if facts.progress_from == "children":
        if not facts.children:
            yield "children"
    elif facts.course is None:
        yield "metric"
    else:
        yield from _of_course(facts.course, facts.baseline_on)


def _of_promise(facts: Facts) -> Iterable[str]:
    if facts.kind == "promise" and not facts.paired:
        yield "pair"


def _of_course(course: Course, baseline_on: date | None) -> Iterable[str]:
    if course.kind in CONTROL:
        if not _bounded(course):
            yield "threshold"
        return
    if course.start is None:
        yield "baseline"
    if course.baseline is not None and baseline_on is None:
        yield "baseline_on"
    if course.target is None:
        yield "target"
    elif course.target == course.start:
        yield "way"


def _bounded(course: Course) -> bool:
    """Whether there is a line to stay on the right side of."""
    low, high = course.lowest is not None, course.highest is not None
    return {"stay_above": low, "stay_below": high, "stay_between": low and high}[course.kind]
