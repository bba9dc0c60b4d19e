"""Quarters are the company's fiscal ones, by the company's day: `FY2026-Q3`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from collab.goals.queries.habits import habits, today
from collab.goals.rules import fiscal


def quarter_of(now: datetime) -> str:
    """The quarter a moment lies in."""
    return fiscal.current(today(now), "Q", habits().starts_month)


def quarter_before(now: datetime) -> str:
    """The last quarter that is over."""
    first, _last = days_of(quarter_of(now))
    return fiscal.current(first - timedelta(days=1), "Q", habits().starts_month)


def days_of(quarter: str) -> tuple[date, date]:
    """First and last day. Raises ValueError: no such quarter."""
    if "-Q" not in quarter.upper():
        raise ValueError(quarter)
    return fiscal.days_of(quarter, habits().starts_month)
