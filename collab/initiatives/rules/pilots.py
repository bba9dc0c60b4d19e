"""A pilot: until when it runs, when both leads are asked, and what follows from what they said. Silence is a stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from collab.initiatives.rules.moves import CLOSED, SCALING, SIDES
from collab.kernel.business_time import BusinessCalendar, Span

SCALE, STOP, SILENCE = "scale", "stop", "silence"
CHOICES = (SCALE, STOP)
LONGEST_DAYS = 366
"""A pilot that runs longer is no pilot any more."""
DUE_BEFORE = 2
"""Business days before its end by which both leads should have voted: whoever has not is asked again, and then climbs."""
_FURTHEST = 180
_DAY = timedelta(days=1)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": _DAY}


def end_of(day: date, calendar: BusinessCalendar) -> datetime:
    """The closing of a day; of a day that is closed, its midnight."""
    shifts = calendar.intervals(day)
    return shifts[-1].closes_at if shifts else datetime.combine(day + _DAY, time(), calendar.zone)


@dataclass(frozen=True)
class Moments:
    """When a pilot ends, when its leads are asked, and by when they should have said something."""

    ends_at: datetime
    asks_at: datetime
    due_at: datetime


def moments(ends_on: date, calendar: BusinessCalendar, ask_before: Span, now: datetime) -> Moments:
    """The moments of a pilot that begins now. A short one asks at once, and until its very end."""
    ends_at = end_of(ends_on, calendar)
    asks_at = max(now, _asked_at(ends_on, ends_at, ask_before, calendar))
    due_at = end_of(_days_before(ends_on, DUE_BEFORE, calendar), calendar)
    return Moments(ends_at, asks_at, due_at if due_at > asks_at else ends_at)


def _asked_at(ends_on: date, ends_at: datetime, before: Span, calendar: BusinessCalendar) -> datetime:
    """A span before the end: business days reach back to the opening of a day, any other span is what it says."""
    if before.unit == "bh":
        return calendar.subtract(ends_at, before.amount * 60)
    if before.unit != "bd":
        return ends_at - before.amount * _UNITS[before.unit]
    day = _days_before(ends_on, before.amount, calendar)
    shifts = calendar.intervals(day)
    return shifts[0].opens_at if shifts else datetime.combine(day, time(), calendar.zone)


def _days_before(day: date, count: int, calendar: BusinessCalendar) -> date:
    """So many business days before a day. Where there are none as far as we look, the day we got to."""
    looked = 0
    while count > 0 and looked < _FURTHEST:
        day, looked = day - _DAY, looked + 1
        count -= calendar.is_business_day(day)
    return day


@dataclass(frozen=True)
class Outcome:
    """How a pilot ends: its verdict, the state the initiative goes to, and the result where that is its end."""

    verdict: str
    state: str
    result: str | None


_SCALED = Outcome(SCALE, SCALING, None)
_STOPPED = Outcome(STOP, CLOSED, "stopped")
_SILENT = Outcome(SILENCE, CLOSED, "silence")


def outcome(said: Mapping[int, str], *, over: bool) -> Outcome | None:
    """What follows from what the sides said (by side), None while it goes on.

    Both "scale" ends it at once, and so does a "stop" once both have spoken. When it is over, whoever said nothing has said
    stop: with a "stop" among them it was stopped, else it ended in silence.
    """
    choices = [said.get(side) for side in SIDES]
    if all(choice == SCALE for choice in choices):
        return _SCALED
    if STOP in choices and (over or None not in choices):
        return _STOPPED
    return _SILENT if over else None
