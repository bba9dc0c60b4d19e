"""Progress of one metric: computed from what was measured, never typed (docs/goals.md).

Everything is exact: values are decimals, progress is a fraction; only showing rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TIMED = ("increase", "decrease", "reach")
"""Kinds judged against the pace of time."""

CONTROL = ("stay_above", "stay_below", "stay_between")
"""Kinds judged by their threshold at any time."""

KINDS = (*TIMED, *CONTROL)

LEAST, MOST = Fraction(-100), Fraction(200)
"""How far progress may pass both ends: beyond, a number says nothing more."""

NONE, WHOLE = Fraction(0), Fraction(100)


@dataclass(frozen=True)
class Course:
    """Where a metric is to go. For a timed kind `floor` and `ceiling` are guard rails; for a control kind they are the
    threshold itself, and `target` may stand in for the only one a kind needs."""

    kind: str
    baseline: Decimal | None = None
    target: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None

    @property
    def control(self) -> bool:
        """Whether a threshold judges it, whatever the day."""
        return self.kind in CONTROL

    @property
    def lowest(self) -> Decimal | None:
        """Below this it is broken."""
        return self.floor if self.floor is not None or self.kind != "stay_above" else self.target

    @property
    def highest(self) -> Decimal | None:
        """Above this it is broken."""
        return self.ceiling if self.ceiling is not None or self.kind != "stay_below" else self.target

    @property
    def start(self) -> Decimal | None:
        """Where it began; whoever wants to reach a number begins at nothing."""
        return Decimal(0) if self.baseline is None and self.kind == "reach" else self.baseline


def progress(course: Course, value: Fraction | Decimal | None) -> Fraction | None:
    """Per cent of the way, between LEAST and MOST; None as long as it cannot be said.

    Timed kinds: (value - baseline) / (target - baseline) x 100, the same for up and down. Control kinds: 100 within the
    threshold (the threshold itself is within), 0 outside.
    """
    if value is None:
        return None
    if course.control:
        return NONE if broken(course, value) else WHOLE
    start, target = course.start, course.target
    if start is None or target is None or start == target:
        return None
    way = (Fraction(value) - Fraction(start)) / (Fraction(target) - Fraction(start)) * 100
    return min(max(way, LEAST), MOST)


def broken(course: Course, value: Fraction | Decimal | None) -> bool:
    """Whether a value lies outside what the metric may never leave."""
    if value is None:
        return False
    low, high = course.lowest, course.highest
    return (low is not None and Fraction(value) < Fraction(low)) or (
        high is not None and Fraction(value) > Fraction(high)
    )


def ratio(numerator: Decimal, denominator: Decimal, per: int = 1) -> Fraction | None:
    """A ratio metric's value: numerator / denominator x per; None where there is nothing to divide by."""
    return Fraction(numerator) / Fraction(denominator) * per if denominator else None


def shown(exact: Fraction | Decimal, places: int = 1) -> Decimal:
    """A figure as people read it: rounded half up, away from zero for negative ones, as taught at school. However long it
    is, no digit before the point is lost."""
    whole = Fraction(exact) * 10**places
    units = (abs(whole) + Fraction(1, 2)).__floor__()
    return Decimal((1 if whole < 0 and units else 0, tuple(map(int, str(units))), -places))
