"""What one side needs of the other, as data: who acts next in each state, and what an answer must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collab.kernel.business_time import BusinessCalendar, NeverOpens, Span, parse_span

ASKED, COMMITTED, DECLINED, COUNTERED, MET, WITHDRAWN = (
    "asked", "committed", "declined", "countered", "met", "withdrawn",
)  # fmt: skip
STATES = (ASKED, COMMITTED, DECLINED, COUNTERED, MET, WITHDRAWN)
OPEN = (ASKED, COMMITTED, COUNTERED)
"""Somebody must act next."""
ANSWERS = {"commit": COMMITTED, "decline": DECLINED, "counter": COUNTERED}
ANSWERING = {ASKED: True, COMMITTED: True, COUNTERED: False}
"""Whether the answering side is whom it waits for (else the asking side, which agrees to a counter)."""
AHEAD = timedelta(days=3)
"""So long before its day a promise stands in the inbox of whoever gave it."""
FURTHEST = timedelta(days=3660)
"""Ten years: a day further away is a slip of the pen."""
_REACH = 400
DEFAULT = Span(5, "bd")


@dataclass(frozen=True)
class Policy:
    """How long somebody has, on their own calendar: to answer an ask or a counter."""

    answer: Span = DEFAULT


def parse(data: dict[str, object]) -> Policy:
    """Read `blueprints.toml`. Raises ValueError for what we do not know."""
    unknown = sorted(set(data) - {"answer"})
    if unknown:
        raise ValueError(f"blueprints.toml: unknown: {', '.join(unknown)}")
    try:
        return Policy(parse_span(str(data.get("answer", "5bd"))))
    except ValueError as error:
        raise ValueError(f"blueprints.toml: answer: {error}") from error


def other(side: int) -> int:
    """The side across."""
    return 3 - side


def wrong_day(day: date, today: date) -> str:
    """Why a day cannot be promised; empty if it can."""
    if day < today:
        return "over_already"
    return "too_far" if day - today > FURTHEST else ""


def closing(day: date, calendar: BusinessCalendar) -> datetime:
    """By when something promised for a day is there: its closing, or that of the next business day. Raises NeverOpens."""
    for _ in range(_REACH):
        shifts = calendar.intervals(day)
        if shifts:
            return shifts[-1].closes_at
        day += timedelta(days=1)
    raise NeverOpens(f"calendar {calendar.code} does not open for {_REACH} days")
