"""The arithmetic: one calendar walked interval by interval, never minute by minute."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collab.kernel.business_time.errors import BusinessTimeError, NeverOpens, OutOfReach
from collab.kernel.business_time.timetable import Timetable
from collab.kernel.business_time.zones import (
    ONE_DAY,
    as_utc,
    at_midnight,
    instant_of,
    local_day,
    wall_clock,
    within_reach,
)

HORIZON_YEARS = 20
"""How far any question reaches. A due date further away is a mistake, and some calendars never open again."""

_HORIZON = timedelta(days=HORIZON_YEARS * 366)
_MINUTE = timedelta(minutes=1)
_REMEMBERED_DAYS = 20_000  # of all calendars together: some fifty years of days, about 12 MB when full


class Interval(NamedTuple):
    """One stretch of open time, in aware UTC: open from `opens_at`, no longer open at `closes_at`."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class BusinessCalendar:
    """When one site is open. The conventions stand in the docstring of the package.

    Two calendars are equal when code and digest are, so one that is read again finds its remembered days.
    Arguments are aware moments of any zone, results are aware UTC. Every question may raise `NaiveMoment` or
    `OutOfReach`; one that looks for open time raises `NeverOpens` when `HORIZON_YEARS` do not hold enough of it.
    """

    code: str
    digest: str
    zone: ZoneInfo = field(compare=False)
    timetable: Timetable = field(compare=False, repr=False)

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The open stretches that start on this local day, in order; the last may reach into the next day."""
        if isinstance(day, datetime):
            raise TypeError("a day is wanted, not a moment: a moment has another date in another zone")
        within_reach(day)
        return _intervals(self, day)

    def is_business_day(self, day: date) -> bool:
        """Does any shift start on this local day?"""
        return bool(self.intervals(day))

    def is_open(self, moment: datetime) -> bool:
        """Is it open at this moment? At the closing moment it is not."""
        now = as_utc(moment)
        return any(interval.opens_at <= now < interval.closes_at for _, interval in self._around(now))

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself if open, else the first opening after it."""
        start = as_utc(moment)
        for interval in self._onward(start):
            if start < interval.closes_at:
                return max(start, interval.opens_at)
        raise self._never("opens")

    def previous_closing(self, moment: datetime) -> datetime:
        """The latest closing at or before this moment: since when it has been closed, where it is."""
        end = as_utc(moment)
        for interval in self._back(end):
            if interval.closes_at <= end:
                return interval.closes_at
        raise self._never("had closed")

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment at which this many open minutes have passed since `start`."""
        begin, left = as_utc(start), _amount(minutes, _MINUTE)
        for interval in self._onward(begin):
            from_here = max(begin, interval.opens_at)
            if left <= interval.closes_at - from_here:
                return from_here + left
            left -= interval.closes_at - from_here
        raise self._never(f"has another {minutes} open minutes")

    def subtract(self, end: datetime, minutes: int) -> datetime:
        """The latest moment with this many open minutes left until `end`: the mirror of `add`."""
        finish, left = as_utc(end), _amount(minutes, _MINUTE)
        for interval in self._back(finish):
            up_to = min(finish, interval.closes_at)
            if left <= up_to - interval.opens_at:
                return up_to - left
            left -= up_to - interval.opens_at
        raise self._never(f"had {minutes} open minutes")

    def between(self, start: datetime, end: datetime) -> int:
        """Whole open minutes from `start` to `end`; negative when `end` is the earlier one."""
        first, last = as_utc(start), as_utc(end)
        if last < first:
            return -self.between(last, first)
        if last - first > _HORIZON:
            raise OutOfReach(f"the two moments are more than {HORIZON_YEARS} years apart")
        return self._open_between(first, last) // _MINUTE

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same local wall time `days` business days after `start`, held inside the hours of that day."""
        if not _amount(days, ONE_DAY):  # nothing to count: as without minutes, so never before the start
            return self.add(start, 0)
        origin, moment = self._counting_from(as_utc(start))
        since_midnight = wall_clock(moment, self.zone) - at_midnight(origin)
        target = next(islice(self._business_days(origin + ONE_DAY), days - 1, None))
        return self._held_inside(target, instant_of(at_midnight(target) + since_midnight, self.zone))

    def _counting_from(self, start: datetime) -> tuple[date, datetime]:
        """The business day of a moment and the moment; a closed day gives the next business day and its opening.

        A shift still running, or closing just now, decides: 03:00 in Monday's night shift is Monday.
        """
        for day, interval in self._around(start):
            if interval.opens_at <= start <= interval.closes_at:
                return day, start
        today = local_day(start, self.zone)
        day = next(self._business_days(today))
        return day, start if day == today else _intervals(self, day)[0].opens_at

    def _held_inside(self, day: date, moment: datetime) -> datetime:
        """The moment, or the next opening of this business day, or its last closing."""
        for interval in _intervals(self, day):
            if moment <= interval.closes_at:
                return max(moment, interval.opens_at)
        return _intervals(self, day)[-1].closes_at

    def _open_between(self, first: datetime, last: datetime) -> timedelta:
        """Open time from `first` to a later `last`."""
        eve, final = local_day(first, self.zone) - ONE_DAY, local_day(last, self.zone)
        total = timedelta()
        for day in islice(_days(eve, ONE_DAY), (final - eve).days + 1):
            for interval in _intervals(self, day):
                overlap = min(last, interval.closes_at) - max(first, interval.opens_at)
                total += max(overlap, timedelta())
        return total

    def _around(self, moment: datetime) -> Iterator[tuple[date, Interval]]:
        """The intervals that can hold this moment: today's, then yesterday's, whose night shift may run."""
        today = local_day(moment, self.zone)
        for day in (today, today - ONE_DAY):
            for interval in _intervals(self, day):
                yield day, interval

    def _onward(self, start: datetime) -> Iterator[Interval]:
        """Every interval that closes at `start` or later, in order."""
        for day in _days(local_day(start, self.zone) - ONE_DAY, ONE_DAY):
            for interval in _intervals(self, day):
                if interval.closes_at >= start:
                    yield interval

    def _back(self, end: datetime) -> Iterator[Interval]:
        """Every interval that opens at `end` or earlier, the latest first."""
        for day in _days(local_day(end, self.zone), -ONE_DAY):
            for interval in reversed(_intervals(self, day)):
                if interval.opens_at <= end:
                    yield interval

    def _business_days(self, first: date) -> Iterator[date]:
        """The days on which a shift starts, from `first` on; `NeverOpens` when there is no further one in reach."""
        yield from (day for day in _days(first, ONE_DAY) if _intervals(self, day))
        raise self._never("has that many business days")

    def _never(self, what: str) -> NeverOpens:
        return NeverOpens(f"calendar {self.code} never {what} within {HORIZON_YEARS} years")


def _amount(number: int, unit: timedelta) -> timedelta:
    """So much time to look for, when it is an amount that a search can meet."""
    if number < 0:
        raise BusinessTimeError(f"the amount must not be negative, and is {number}")
    if number > _HORIZON // unit:
        raise OutOfReach(f"the amount {number} is more than {HORIZON_YEARS} years")
    return number * unit


def _days(first: date, step: timedelta) -> Iterator[date]:
    """Day after day to the horizon, and a little further so that both its ends are whole days in any zone."""
    return (first + number * step for number in range(_HORIZON.days + 3))


@lru_cache(maxsize=_REMEMBERED_DAYS)
def _intervals(calendar: BusinessCalendar, day: date) -> tuple[Interval, ...]:
    """What `BusinessCalendar.intervals` answers. A shift that a clock change swallows whole does not take place."""
    midnight = at_midnight(day)
    shifts = (
        Interval(*(instant_of(midnight + minutes * _MINUTE, calendar.zone) for minutes in shift))
        for shift in calendar.timetable.shifts_on(day)
    )
    return tuple(interval for interval in shifts if interval.opens_at < interval.closes_at)
