"""Months of the company, and terms that run out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day.year}-{day.month:02}"


def months_until(today: date, count: int) -> list[str]:
    """The last so many months, this one last."""
    last = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(last - count + 1, last + 1)]


def runs_out_on(begins_on: date, months: int) -> date:
    """The day on which a term of so many months is over: the same day of the month, or its last."""
    number = begins_on.year * 12 + begins_on.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(begins_on.day, monthrange(year, month)[1]))
