"""From the parsed TOML of a calendar to a `BusinessCalendar`, or to the list of everything that is wrong with it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from collab.kernel.business_time import reading
from collab.kernel.business_time.calendars import BusinessCalendar
from collab.kernel.business_time.errors import BadCalendar, Problem
from collab.kernel.business_time.timetable import MINUTES_PER_DAY, Closure, Shift, Timetable, YearlyClosure
from collab.kernel.business_time.zones import ONE_DAY

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("code", "zone", "holidays", "closed", "open", "hours")

Meaning = TypeVar("Meaning")


def parse(data: Mapping[str, object]) -> BusinessCalendar:
    """Read one calendar; raises `BadCalendar` with every problem and its place."""
    notes = _Notes()
    notes.only_keys("", data, KEYS)
    code = notes.required(data, "code", reading.read_code)
    zone = notes.required(data, "zone", reading.read_zone)
    holidays = notes.required(data, "holidays", reading.read_holidays)
    weekly, closures, openings = _weekly(notes, data), _closures(notes, data), _openings(notes, data)
    if code is None or zone is None or holidays is None or notes.problems:
        raise BadCalendar(notes.problems)
    timetable = Timetable(weekly, holidays, closures, openings)
    _check_as_a_whole(notes, timetable)
    if notes.problems:
        raise BadCalendar(notes.problems)
    return BusinessCalendar(code, _digest(code, zone, timetable), zone, timetable)


class _Notes:
    """Collects problems with their places, so that the reading goes on after the first one."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))

    def attempt(self, place: str, read: Callable[[object], Meaning], value: object) -> Meaning | None:
        """What the value means, or None after noting why it means nothing."""
        try:
            return read(value)
        except ValueError as error:
            self.add(place, str(error))
            return None

    def required(self, data: Mapping[str, object], key: str, read: Callable[[object], Meaning]) -> Meaning | None:
        if key in data:
            return self.attempt(key, read, data[key])
        self.add(key, "missing")
        return None

    def only_keys(self, place: str, table: Mapping[str, object], known: Sequence[str]) -> None:
        """A misspelt key would silently mean a closed day or an open holiday."""
        for key in table:
            if key not in known:
                self.add(f"{place}{key}", f"unknown; known are {', '.join(known)}")

    def table(self, data: Mapping[str, object], key: str) -> Mapping[str, object]:
        value = data.get(key, {})
        if isinstance(value, Mapping):
            return value
        self.add(key, "must be a table")
        return {}

    def items(self, place: str, value: object, read: Callable[[object], Meaning]) -> tuple[Meaning, ...]:
        """The meanings of a list; each bad item is noted under its index."""
        if not isinstance(value, list | tuple):
            self.add(place, "must be a list")
            return ()
        found = (self.attempt(f"{place}[{index}]", read, item) for index, item in enumerate(value))
        return tuple(meaning for meaning in found if meaning is not None)


def _weekly(notes: _Notes, data: Mapping[str, object]) -> tuple[tuple[Shift, ...], ...]:
    """The shifts of the seven days, Monday first; a missing day is closed."""
    hours = notes.table(data, "hours")
    notes.only_keys("hours.", hours, WEEKDAYS)
    weekly = tuple(_shifts(notes, f"hours.{name}", hours.get(name, [])) for name in WEEKDAYS)
    for number, name in enumerate(WEEKDAYS):
        _check_night(notes, f"hours.{name}", weekly[number - 1], weekly[number])
    return weekly


def _openings(notes: _Notes, data: Mapping[str, object]) -> dict[date, tuple[Shift, ...]]:
    openings = {}
    for key, value in notes.table(data, "open").items():
        day = notes.attempt(f"open.{key}", reading.read_day, key)
        shifts = _shifts(notes, f"open.{key}", value)
        if value == []:
            notes.add(f"open.{key}", "has no hours; a day that stays shut belongs under closed")
        if day is not None:
            openings[day] = shifts
    return openings


def _closures(notes: _Notes, data: Mapping[str, object]) -> tuple[Closure | YearlyClosure, ...]:
    return notes.items("closed", data.get("closed", []), reading.read_closure)


def _shifts(notes: _Notes, place: str, value: object) -> tuple[Shift, ...]:
    """The shifts of one day in order of time. Touching ones are fine, overlapping ones would count a minute twice."""
    shifts = tuple(sorted(notes.items(place, value, reading.read_shift)))
    for earlier, later in pairwise(shifts):
        if later.start < earlier.end:
            notes.add(place, f"{later} overlaps {earlier}")
    return shifts


def _check_night(notes: _Notes, place: str, before: Sequence[Shift], after: Sequence[Shift]) -> None:
    """Does a night shift of the day before run into the first shift of this day?"""
    if before and after and after[0].start < before[-1].end - MINUTES_PER_DAY:
        notes.add(place, f"{after[0]} overlaps {before[-1]} of the day before")


def _check_as_a_whole(notes: _Notes, timetable: Timetable) -> None:
    """What can be judged only when every value is good: some opening, and single openings beside their neighbours."""
    if not any(timetable.weekly) and not timetable.openings:
        notes.add("hours", "no opening at all: give hours for a weekday, or open a day")
    for day in sorted({day + step for day in timetable.openings for step in (0 * ONE_DAY, ONE_DAY)}):
        place = f"open.{day if day in timetable.openings else day - ONE_DAY}"
        _check_night(notes, place, timetable.shifts_on(day - ONE_DAY), timetable.shifts_on(day))


def _digest(code: str, zone: ZoneInfo, timetable: Timetable) -> str:
    """A fingerprint of what the calendar means: two files that say the same in another order have the same one."""
    openings = sorted(timetable.openings.items())
    closures = sorted(map(repr, timetable.closures))
    said = repr((code, zone.key, timetable.holidays, timetable.weekly, closures, openings))
    return hashlib.sha256(said.encode()).hexdigest()
