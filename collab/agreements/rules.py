"""Pure rules of a data-sharing agreement: its life, on which days its data is due, what counts as on time."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collab.kernel.business_time import BusinessCalendar, NeverOpens
from collab.kernel.errors import Text
from collab.kernel.transitions import Moves

PROPOSED, ACTIVE, PAUSED, ENDED = "proposed", "active", "paused", "ended"
STATES = (PROPOSED, ACTIVE, PAUSED, ENDED)
DAY, WEEK, MONTH = "day", "week", "month"
UNITS = (DAY, WEEK, MONTH)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_DAY = 31
"""As day of the month: its last one, however long the month is."""
MOST_OFTEN, MOST_RARELY = 1, 366
MOST_POSTPONED = 2
"""How often one delivery may get a new date."""
AHEAD = timedelta(days=3)
"""How long before it is due a delivery stands in its giver's inbox."""
LOOK_FOR = timedelta(days=7)
"""How long a delivery that nobody looked at stands in its receiver's inbox: confirming is a courtesy."""
_ONE_DAY = timedelta(days=1)
_REACH = 400
"""Days within which a calendar must open: more than any closure there is."""

MOVES = Moves(
    {
        ("agree", PROPOSED): ACTIVE,
        ("deliver", ACTIVE): ACTIVE,
        ("confirm", ACTIVE): ACTIVE,
        ("confirm", PAUSED): PAUSED,
        ("confirm", ENDED): ENDED,
        ("dispute", ACTIVE): ACTIVE,
        ("dispute", ENDED): ACTIVE,
        ("postpone", ACTIVE): ACTIVE,
        ("pause", ACTIVE): PAUSED,
        ("resume", PAUSED): ACTIVE,
        ("end", PROPOSED): ENDED,
        ("end", ACTIVE): ENDED,
        ("end", PAUSED): ENDED,
        ("handover", PROPOSED): PROPOSED,
        ("handover", ACTIVE): ACTIVE,
        ("handover", PAUSED): PAUSED,
    }
)
"""From which state a verb leads where. One agreement of two leaves the state; the second makes it active."""


@dataclass(frozen=True)
class Cadence:
    """How often data is due: every so many days, weeks (on a weekday) or months (on a day, 31 is the last one).

    Weeks count from the week of `starts_on`, months from its month. After `ends_on` nothing is due any more.
    """

    every: int
    unit: str
    starts_on: date
    weekday: int | None = None
    day: int | None = None
    ends_on: date | None = None

    def days_after(self, day: date) -> Iterator[date]:
        """The days it falls on that are later than `day`, in order, closed or not, until it has run out."""
        first = max(day + _ONE_DAY, self.starts_on)
        for one in self._from_the_first():
            if self.ends_on and one > self.ends_on:
                return
            if one >= first:
                yield one

    @property
    def said(self) -> Text:
        """How often, in words."""
        args: dict[str, object] = {"n": self.every}
        word = self.unit
        if self.unit == WEEK:
            args["weekday"] = Text(f"agreement.weekday.{WEEKDAYS[self._weekday]}")
        if self.unit == MONTH:
            args["day"], word = self._day, "month_end" if self._day == LAST_DAY else MONTH
        return Text(f"agreement.{'each' if self.every == 1 else 'every'}.{word}", args)

    @property
    def _weekday(self) -> int:
        return self.starts_on.weekday() if self.weekday is None else self.weekday

    @property
    def _day(self) -> int:
        return self.day or self.starts_on.day

    def _from_the_first(self) -> Iterator[date]:
        step = 0
        while True:
            yield self._at(step)
            step += self.every

    def _at(self, step: int) -> date:
        if self.unit == MONTH:
            return _day_of_month(self.starts_on, step, self._day)
        if self.unit == WEEK:
            monday = self.starts_on - timedelta(days=self.starts_on.weekday())
            return monday + timedelta(weeks=step, days=self._weekday)
        return self.starts_on + timedelta(days=step)


def _day_of_month(start: date, later: int, day: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + later, 12)
    return date(year, month + 1, min(day, months.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Due:
    """One delivery: the business day it is due on, and the closing of that day."""

    on: date
    at: datetime


def due_on(day: date, calendar: BusinessCalendar) -> Due:
    """Due at the closing of that day, or of the next business day when it is closed. Raises NeverOpens."""
    for _ in range(_REACH):
        open_time = calendar.intervals(day)
        if open_time:
            return Due(day, open_time[-1].closes_at)
        day += _ONE_DAY
    raise NeverOpens(f"calendar {calendar.code} does not open for {_REACH} days")


def next_due(cadence: Cadence, calendar: BusinessCalendar, *, after: date | None, now: datetime) -> Due | None:
    """What is due next: later than the delivery of day `after` (None: nothing came yet), and not closed already at `now`.

    Days that roll onto the same business day are one delivery. None when the agreement has run out.
    """
    ahead = (due_on(day, calendar) for day in cadence.days_after(after or cadence.starts_on - _ONE_DAY))
    return next((due for due in ahead if due.at > now), None)


def soon(calendar: BusinessCalendar, now: datetime) -> Due:
    """The closing of the next business day: for what is owed already."""
    return due_on(now.astimezone(calendar.zone).date() + _ONE_DAY, calendar)


@dataclass(frozen=True)
class Kept:
    """How one delivery that was due turned out; `delivered_at` None is one that still has not come."""

    due_at: datetime
    delivered_at: datetime | None
    disputed: bool = False

    @property
    def on_time(self) -> bool:
        """It came before it was due, whole. A new date does not make it more punctual."""
        return self.delivered_at is not None and self.delivered_at <= self.due_at and not self.disputed


def streak(kept: Iterable[Kept]) -> int:
    """How many of the latest deliveries came on time, one after another."""
    count = 0
    for one in sorted(kept, key=lambda one: one.due_at, reverse=True):
        if not one.on_time:
            break
        count += 1
    return count
