"""What is promised to customers against what they experience."""

from __future__ import annotations

from fractions import Fraction

from collab.goals.rules.progress import Course

LOWER_IS_BETTER = ("decrease", "stay_below")


def promised(course: Course, figure: Fraction | None) -> Fraction | None:
    """What is promised: what was measured of the promise (how we are seen by ourselves), else where it is to be."""
    if figure is not None:
        return figure
    ends = (course.target, course.floor, course.ceiling)
    return next((Fraction(end) for end in ends if end is not None), None)


def gap(promise: Fraction | None, experience: Fraction | None) -> Fraction | None:
    """Promise minus experience; None as long as one of them is not known."""
    return None if promise is None or experience is None else promise - experience


def falls_short(apart: Fraction | None, kind: str) -> bool:
    """Whether customers get less than promised, whichever way is better for such a figure."""
    return apart is not None and (apart < 0 if kind in LOWER_IS_BETTER else apart > 0)
