"""When a change of controls counts, and whether what it was made for still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

OPEN, CONFIRMED, TAKEN = "open", "confirmed", "taken"
DECLINED, WITHDRAWN, EXPIRED, MOVED = "declined", "withdrawn", "expired", "moved"
STATES = (OPEN, CONFIRMED, TAKEN, DECLINED, WITHDRAWN, EXPIRED, MOVED)
"""`confirmed` waits for its day; `moved`: on its day what it was made for was no longer so."""
RUNNING = (OPEN, CONFIRMED)
LASTS = timedelta(days=14)
FURTHEST = timedelta(days=366)


def first_day(from_on: date | None, today: date) -> date:
    """From which day it counts when it is taken today: its own, but never one that has passed."""
    return max(from_on or today, today)


def problem_of_day(from_on: date | None, today: date) -> str | None:
    """The word for what is wrong with a first day, None if nothing is."""
    if from_on is None or today <= from_on <= today + FURTHEST:
        return None
    return "control.problem.not_backwards" if from_on < today else "control.problem.too_far"


def moved(then: Mapping[str, Any], now: Mapping[str, Any]) -> Sequence[str]:
    """The names of what is no longer as it was when the change was proposed."""
    return [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
