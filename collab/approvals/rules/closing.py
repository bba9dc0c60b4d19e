"""When a day is over at somebody's place of work. Pure arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from collab.kernel.business_time import BusinessCalendar


def closing_of(calendar: BusinessCalendar, day: date) -> datetime:
    """The last closing of a day; the end of the day where it is closed."""
    shifts = calendar.intervals(day)
    if shifts:
        return shifts[-1].closes_at
    return datetime.combine(day + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
