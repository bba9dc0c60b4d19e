"""Moving a clock from one person to another and back without anybody losing time. Pure arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from collab.kernel.business_time import BusinessCalendar

LEAST_MINUTES = 60
"""What whoever gets a clock back has at the least, however late they were when it was stopped."""
MINUTE = timedelta(minutes=1)
SOON = timedelta(hours=2)


def rest(calendar: BusinessCalendar, now: datetime, due_at: datetime, *, always: bool) -> int:
    """Minutes left until `due_at`: business minutes, or plain ones where the clock always runs; never less than none."""
    left = (due_at - now) // MINUTE if always else calendar.between(now, due_at)
    return max(0, left)


def give_back(calendar: BusinessCalendar, now: datetime, minutes: int, *, always: bool) -> datetime:
    """Until when somebody has who gets so many minutes back, an hour at the least."""
    given = max(minutes, LEAST_MINUTES)
    return now + given * MINUTE if always else calendar.add(now, given)


def closing_of(calendar: BusinessCalendar, day: date) -> datetime:
    """The last closing of a day; the end of the day where it is closed."""
    shifts = calendar.intervals(day)
    if shifts:
        return shifts[-1].closes_at
    return datetime.combine(day + timedelta(days=1), time(), calendar.zone).astimezone(UTC)


def put_off(preset: str, now: datetime, calendar: BusinessCalendar, back_on: date | None) -> datetime | None:
    """The moment a preset means; None where there is no leave to come back from. `back_on` is the first day after it.

    `2h` counts on any clock. `tomorrow` is tomorrow's opening, or its morning where it is closed. The other two are the
    opening of the next business day, from tomorrow or from the day of the return.
    """
    today = now.astimezone(calendar.zone).date()
    tomorrow = _midnight(today + timedelta(days=1), calendar)
    match preset:
        case "2h":
            return now + SOON
        case "tomorrow":
            shifts = calendar.intervals(today + timedelta(days=1))
            return shifts[0].opens_at if shifts else tomorrow + timedelta(hours=9)
        case "next_business_day":
            return calendar.next_opening(tomorrow)
    return None if back_on is None else calendar.next_opening(_midnight(back_on, calendar))


def _midnight(day: date, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)
