"""When the parts of a story told afterwards happened: relative days as written, business hours of whoever acted.

A beginning is "-120d 10:20" (calendar days before today; a closed day rolls on to the next open one) or "-3bd 14:05"
(business days before today). Between two acts lies a wait such as "1bd", "3:20" (open hours) or "1bd 3:20".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from collab.kernel.business_time import BusinessCalendar

_BEGINNING = re.compile(r"-(\d{1,3})(d|bd) (\d{2}):(\d{2})")
_WAIT = re.compile(r"(?:(\d{1,2})bd)?\s*(?:(\d{1,2}):(\d{2}))?")
_DAYS = re.compile(r"([+-]\d{1,4})d")
_ONE_DAY = timedelta(days=1)
_SHIFTS = 60
_APART = 7  # minutes between two beginnings that would otherwise change places


@dataclass(frozen=True)
class Wait:
    """How long somebody took to act, on their own calendar."""

    written: str
    calendar: BusinessCalendar

    def after(self, moment: datetime) -> datetime:
        """When they acted. Raises ValueError for what is not a wait."""
        match = _WAIT.fullmatch(self.written)
        if match is None or not self.written.strip():
            raise ValueError(f'{self.written!r} is not a wait such as "1bd 3:20"')
        days, hours, minutes = (int(part or 0) for part in match.groups())
        if days:
            moment = self.calendar.add_days(moment, days)
        return self.calendar.next_opening(self.calendar.add(moment, hours * 60 + minutes))


def unfold(
    beginning: str,
    waits: Sequence[Wait],
    *,
    calendar: BusinessCalendar,
    until: datetime,
    before: datetime | None = None,
) -> list[datetime]:
    """The moments of a story, its beginning first: in business hours, in order, none after `until`.

    A story that would not have ended by `until`, or not have begun `before` the next one, begins a business day earlier.
    """
    start = begin(beginning, calendar, until)
    if before is not None and start >= before:
        start = calendar.subtract(before, _APART)
    for _ in range(_SHIFTS):
        moments = [start]
        for wait in waits:
            moments.append(wait.after(moments[-1]))
        if moments[-1] <= until:
            return moments
        start = _day_before(start, calendar)
    raise ValueError(f"a story that begins {beginning!r} does not end in time")


def begin(written: str, calendar: BusinessCalendar, today: datetime) -> datetime:
    """The moment a beginning stands for. Raises ValueError for what is not one."""
    match = _BEGINNING.fullmatch(written)
    if match is None:
        raise ValueError(f'{written!r} is not a beginning such as "-120d 10:20" or "-3bd 14:05"')
    number, unit, at = int(match[1]), match[2], time(int(match[3]), int(match[4]))
    day = today.astimezone(calendar.zone).date()
    if unit == "d":
        return _at(_open_day(day - number * _ONE_DAY, calendar, _ONE_DAY), at, calendar)
    for _ in range(number):
        day = _open_day(day - _ONE_DAY, calendar, -_ONE_DAY)
    return _at(day, at, calendar)


def day_from(written: str, day: date) -> date:
    """The day "+30d" or "-5d" away from one. Raises ValueError."""
    match = _DAYS.fullmatch(written)
    if match is None:
        raise ValueError(f'{written!r} is not a number of days such as "+30d"')
    return day + timedelta(days=int(match[1]))


def _day_before(moment: datetime, calendar: BusinessCalendar) -> datetime:
    local = moment.astimezone(calendar.zone)
    return _at(_open_day(local.date() - _ONE_DAY, calendar, -_ONE_DAY), local.time(), calendar)


def _open_day(day: date, calendar: BusinessCalendar, step: timedelta) -> date:
    while not calendar.is_business_day(day):
        day += step
    return day


def _at(day: date, at: time, calendar: BusinessCalendar) -> datetime:
    return calendar.next_opening(datetime.combine(day, at, calendar.zone))
