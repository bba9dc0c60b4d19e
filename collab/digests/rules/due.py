"""When an issue comes: on its reader's weekday and minute in the week after the one it reports on, by the clock on their wall.

Where their calendar is closed that day, or they are away, it is the next day on which neither is so. A closure longer than a
week makes two issues due at the same moment: only the later one comes. A clock that jumps over the minute means the jump,
one that shows it twice the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collab.digests.rules.content import Span
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError
from collab.kernel.business_time.zones import FIRST_YEAR, LAST_YEAR, ONE_DAY, at_midnight, instant_of, local_day

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_MINUTE = 24 * 60 - 1
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_SEVEN = timedelta(days=7)
_LONGEST_CLOSED = 35  # days; where a calendar stays closed longer, or knows no more, every day counts as open
_FURTHEST = 800  # days looked at for one on which somebody is back

Away = Sequence[tuple[date, date]]
"""Somebody's absences: first and last day of each, in their own zone."""


@dataclass(frozen=True)
class When:
    """The weekday (0 is Monday) and the local minute after midnight at which somebody wants their issue."""

    weekday: int = 0
    minute: int = 9 * 60


@dataclass(frozen=True)
class Place:
    """Where a reader's clock runs: their own zone, and the calendar they work by."""

    zone: ZoneInfo
    calendar: BusinessCalendar

    def is_open(self, day: date) -> bool:
        """Whether issues come on this day."""
        return self._works(day) or not any(self._works(near) for near in _days(day, _LONGEST_CLOSED))

    def _works(self, day: date) -> bool:
        try:
            return self.calendar.is_business_day(day)
        except BusinessTimeError:
            return False


def week_of(day: date) -> str:
    """The ISO week a day lies in: "2026-W47"."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date | None:
    """The first day of an ISO week; None for what is no week, or lies where no calendar reaches."""
    found = _WEEK.fullmatch(week)
    if found is None or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def span_of(week: str, zone: ZoneInfo) -> Span | None:
    """A week from its Monday's midnight to the next in a zone; None for what is no week."""
    monday = monday_of(week)
    if monday is None:
        return None
    return Span(week, instant_of(at_midnight(monday), zone), instant_of(at_midnight(monday + _SEVEN), zone))


def due_on(week: str, when: When, place: Place, away: Away = ()) -> date:
    """The day on which the issue of a week comes. Raises ValueError for what is no week."""
    monday = monday_of(week)
    if monday is None:
        raise ValueError(f"no such week: {week}")
    day = monday + _SEVEN + timedelta(days=when.weekday)
    return next((one for one in _days(day, _FURTHEST) if place.is_open(one) and not _is_away(one, away)), day)


def due_at(week: str, when: When, place: Place, away: Away = ()) -> datetime:
    """The moment at which the issue of a week comes. Raises ValueError for what is no week."""
    return moment_on(due_on(week, when, place, away), when, place.zone)


def moment_on(day: date, when: When, zone: ZoneInfo) -> datetime:
    """When the clock on the wall shows the minute on this day, or jumps over it."""
    return instant_of(at_midnight(day) + timedelta(minutes=when.minute), zone)


def minute_reached(now: datetime, zone: ZoneInfo) -> int:
    """The last minute of the present day that the clock on the wall has shown (or jumped over) by now; it never goes back
    within a day."""
    day, low, high = local_day(now, zone), 0, LAST_MINUTE
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if moment_on(day, When(0, middle), zone) <= now else (low, middle - 1)
    return low


def latest_on(day: date, weekday: int) -> str:
    """The latest week whose issue may come on a day that is open, for whoever wants it on this weekday."""
    wanted = day - timedelta(days=(day.weekday() - weekday) % 7)
    return week_of(wanted - _SEVEN)


def latest_week(now: datetime, when: When, place: Place, away: Away = ()) -> str:
    """The latest week whose issue has fallen due by now."""
    week = week_of(local_day(now, place.zone))
    while due_at(week, when, place, away) > now:
        week = before(week)
    return week


def next_week(now: datetime, when: When, place: Place, away: Away = ()) -> str:
    """The first week whose issue comes after now. Of several that fall due together the last one is meant."""
    week = after(latest_week(now, when, place, away))
    while due_at(after(week), when, place, away) == due_at(week, when, place, away):
        week = after(week)
    return week


def before(week: str) -> str:
    """The week before. Raises ValueError for what is no week."""
    return _shifted(week, -_SEVEN)


def after(week: str) -> str:
    """The week after. Raises ValueError for what is no week."""
    return _shifted(week, _SEVEN)


def _shifted(week: str, by: timedelta) -> str:
    monday = monday_of(week)
    if monday is None:
        raise ValueError(f"no such week: {week}")
    return week_of(monday + by)


def _is_away(day: date, away: Away) -> bool:
    return any(first <= day <= last for first, last in away)


def _days(first: date, count: int) -> Iterator[date]:
    return (first + number * ONE_DAY for number in range(count))
