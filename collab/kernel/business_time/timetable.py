"""Which shifts a day has: weekly hours, public holidays, closures and single openings, all in wall time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import holidays

MINUTES_PER_DAY = 24 * 60


class Shift(NamedTuple):
    """Opening and closing in minutes after midnight of the day it starts on; `end` passes 1440 for a night shift."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int


@dataclass(frozen=True)
class Closure:
    """Days closed once, from `first` to `last`, both included."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Is this day one of them?"""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class YearlyClosure:
    """Days closed every year, both ends included; `last` before `first` means over the new year."""

    first: MonthDay
    last: MonthDay

    def covers(self, day: date) -> bool:
        """Is this day one of them, in whatever year?"""
        at = MonthDay(day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True)
class Timetable:
    """The rules of one calendar. A single opening overrides everything; a closure or a holiday empties a day."""

    weekly: tuple[tuple[Shift, ...], ...]  # seven, Monday first, as date.weekday() counts
    holidays: tuple[str, ...]  # codes of the `holidays` package: a day is a holiday under any of them; none at all: ()
    closures: tuple[Closure | YearlyClosure, ...]
    openings: Mapping[date, tuple[Shift, ...]]

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that start on this day, in order. A night shift of the day before is not this day's."""
        opening = self.openings.get(day)
        if opening is not None:
            return opening
        return () if self.is_closed(day) else self.weekly[day.weekday()]

    def is_closed(self, day: date) -> bool:
        """Do a closure or a public holiday take this day out of its week?"""
        closed = any(closure.covers(day) for closure in self.closures)
        return closed or any(is_public_holiday(code, day) for code in self.holidays)


def is_public_holiday(code: str, day: date) -> bool:
    """Is it a public or a substitute holiday under this code of the `holidays` package ("JP", "GB-ENG")?"""
    return day in _holidays_of(code, day.year)


def knows_holidays(code: str) -> bool:
    """Does the `holidays` package know this country (or exchange) and subdivision?"""
    country, dash, part = code.partition("-")
    known = holidays.list_supported_countries() | holidays.list_supported_financial()
    return country in known and (not dash or part in known[country])


@lru_cache(maxsize=512)
def _holidays_of(code: str, year: int) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year, observed=True))


def _clock(minutes: int) -> str:
    """Minutes after midnight as the file writes them: 1440 is 24:00, later ones are of the next morning."""
    shown = minutes if minutes <= MINUTES_PER_DAY else minutes - MINUTES_PER_DAY
    return f"{shown // 60:02}:{shown % 60:02}"
