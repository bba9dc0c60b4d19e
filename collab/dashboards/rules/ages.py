"""How long something has been waiting, in business days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

AGES = (("0-2", 0, 2), ("3-5", 3, 5), ("6-10", 6, 10), ("11", 11, None))
"""Groups of ages: their code, from and up to how many business days."""
LONGEST = 400
"""Calendar days looked back at most: what is older is in the last group anyway."""


def days_open(opened_on: date, today: date, is_open: Callable[[date], bool]) -> int:
    """Business days after the day it was opened, up to today: what came in today is 0 days old."""
    passed = min(max((today - opened_on).days, 0), LONGEST)
    return sum(is_open(today - timedelta(days=back)) for back in range(passed))


def age_of(days: int) -> str:
    """The code of the group an age belongs to."""
    return next(code for code, low, high in AGES if low <= days and (high is None or days <= high))
