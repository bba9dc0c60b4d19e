"""Days, weeks, months, quarters and fiscal years as figures are gathered by them; each is known by its first day."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
_YEAR = 12


def first_day(on: date, period: str, starts_month: int = 4) -> date:
    """The first day of the period a day lies in. Weeks begin on Monday; quarters and years with the fiscal year."""
    if period == "day":
        return on
    if period == "week":
        return on - timedelta(days=min(on.weekday(), on.toordinal() - 1))
    into = (on.month - starts_month) % _YEAR % MONTHS[period]
    months = max(on.year * _YEAR + on.month - 1 - into, _YEAR)
    return date(months // _YEAR, months % _YEAR + 1, 1)


def last_day(first: date, period: str) -> date:
    """The last day of the period that begins on `first`."""
    if period == "day":
        return first
    if period == "week":
        return first + timedelta(days=min(6, date.max.toordinal() - first.toordinal()))
    months = first.year * _YEAR + first.month - 1 + MONTHS[period]
    return (
        date.max
        if months // _YEAR > date.max.year
        else date(months // _YEAR, months % _YEAR + 1, 1) - timedelta(days=1)
    )
