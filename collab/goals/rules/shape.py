"""What a metric must look like so that its progress can be computed, and what adds up to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from collab.goals.rules.progress import Course
from collab.goals.rules.types import CUSTOM, TYPES
from collab.kernel.errors import Text

ROLES = ("", "promise", "experience")
ABOUT = ("customer", "campaign", "channel", "other")
"""Whom or what a metric counts: its unit of analysis."""

PERIODS = ("day", "week", "month", "quarter", "year")
PER = (1, 100, 1000, 1_000_000)
FIGURES = ("baseline", "target", "floor", "ceiling")


@dataclass(frozen=True)
class Shape:
    """A metric as it is set, before anything was measured."""

    name: str
    kind: str
    type: str = CUSTOM.code
    unit: str = ""
    role: str = ""
    baseline: Decimal | None = None
    baseline_on: date | None = None
    target: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    is_ratio: bool = False
    per: int = 1
    gathers: bool = False
    period: str = "month"
    about: str = "customer"
    places: int = 1
    stale_after_days: int | None = None

    @property
    def course(self) -> Course:
        """Where it is to go."""
        return Course(self.kind, self.baseline, self.target, self.floor, self.ceiling)

    def changed(self, given: Mapping[str, Any]) -> Shape:
        """The same with other values."""
        return replace(self, **given)


def problems(shape: Shape, today: date) -> dict[str, Text]:
    """What is wrong with a metric, by field; what is merely open yet is not wrong."""
    found = {**_of_type(shape), **_guards(shape), **_threshold(shape)}
    if "target" not in found and _points_elsewhere(shape.course):
        found["target"] = Text(f"goal.problem.target_{shape.kind}")
    if shape.baseline_on and shape.baseline_on > today:
        found["baseline_on"] = Text("goal.problem.baseline_ahead")
    if shape.gathers and not shape.is_ratio and not _adds(shape):
        found["gathers"] = Text("goal.problem.sum_of_means")
    return found


def _points_elsewhere(course: Course) -> bool:
    """Whether the target lies on the wrong side of where it begins, or where it begins already."""
    start, target = course.start, course.target
    if start is None or target is None:
        return False
    wrong = {"increase": target <= start, "decrease": target >= start, "reach": target == start}
    return wrong.get(course.kind, False)


def _adds(shape: Shape) -> bool:
    """Whether plain figures can be added up: counts can, scores and percentages cannot."""
    return TYPES.get(shape.type, CUSTOM).adds and shape.unit != "%"


def _of_type(shape: Shape) -> dict[str, Text]:
    type_ = TYPES.get(shape.type, CUSTOM)
    ends = {"least": _written(type_.least), "most": _written(type_.most)}
    word = "goal.problem.outside_type" if type_.most is not None else "goal.problem.below_type"
    found = {
        name: Text(word, ends)
        for name in FIGURES
        if (figure := getattr(shape, name)) is not None and not type_.holds(figure)
    }
    if shape.is_ratio and type_ is not CUSTOM and type_.most is not None and shape.per != type_.per:
        found["per"] = Text("goal.problem.per_of_type", {"per": type_.per})
    return found


def _guards(shape: Shape) -> dict[str, Text]:
    if shape.floor is not None and shape.ceiling is not None and shape.floor >= shape.ceiling:
        return {"ceiling": Text("goal.problem.guards_crossed")}
    return {}


def _threshold(shape: Shape) -> dict[str, Text]:
    """A metric judged by a threshold needs one."""
    course = shape.course
    match shape.kind:
        case "stay_above" if course.lowest is None:
            return {"floor": Text("goal.problem.floor_needed")}
        case "stay_below" if course.highest is None:
            return {"ceiling": Text("goal.problem.ceiling_needed")}
        case "stay_between":
            needed = {"floor": course.floor, "ceiling": course.ceiling}
            return {name: Text("goal.problem.both_needed") for name, figure in needed.items() if figure is None}
    return {}


def _written(end: Decimal | None) -> str:
    return "" if end is None else f"{end:f}"


def addable(parent: tuple[str, bool], child: tuple[str, bool]) -> str | None:
    """Why a child's main metric cannot be added up into its parent's: `unit` or `ratio`; None if it can. Both are given as
    (unit, whether a ratio)."""
    if parent[1] != child[1]:
        return "ratio"
    return "unit" if parent[0] != child[0] else None


def paired(metrics: Iterable[tuple[str, str]]) -> Text | None:
    """What a promise lacks: exactly one metric of what is promised and one of what is experienced, in one unit; given as
    (role, unit)."""
    metrics = list(metrics)
    sides = {role: [unit for known, unit in metrics if known == role] for role in ("promise", "experience")}
    if any(len(units) != 1 for units in sides.values()):
        return Text("goal.problem.pair_needed")
    return None if sides["promise"] == sides["experience"] else Text("goal.problem.pair_units")
