"""What is pressing for one member on one of their business days, and how late something is in business time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collab.kernel.business_time import BusinessCalendar
from collab.kernel.business_time.zones import ONE_DAY, at_midnight, instant_of, local_day
from collab.nudges.rules.pattern import Pattern

FURTHEST = 400
"""Days a search for business days looks at: a calendar that is closed longer reminds of nothing further away."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Today:
    """A member's own day: where they are, on which calendar they work."""

    now: datetime
    zone: ZoneInfo
    calendar: BusinessCalendar
    pattern: Pattern

    @property
    def day(self) -> date:
        """The date on their wall."""
        return local_day(self.now, self.zone)

    @property
    def is_reminding(self) -> bool:
        """Whether anybody is reminded today: never on a holiday or a closure."""
        return self.day.weekday() in self.pattern.days and self.calendar.is_business_day(self.day)

    @property
    def ends_at(self) -> datetime:
        """When the day is over."""
        return self._end_of(self.day)

    def names(self, due_at: datetime | None, since: datetime) -> bool:
        """Whether a reminder of today names something due then, waiting since then."""
        if due_at is None:
            return self._waited(local_day(since, self.zone), self.pattern.undated)
        if due_at < self.now:
            return self._is_daily(local_day(due_at, self.zone))
        if due_at < self._end_of(self._ahead(self.pattern.ahead)):
            return True
        return local_day(due_at, self.zone) in {self._ahead(days) for days in self.pattern.early if days}

    def lateness(self, due_at: datetime) -> tuple[str, int]:
        """How late something is, in the largest whole unit of business time: ("day", 2), ("hour", 3), ("minute", 20)."""
        minutes = max(self.calendar.between(due_at, self.now), 0)
        per_day = sum((one.closes_at - one.opens_at) // _MINUTE for one in self.calendar.intervals(self.day))
        if per_day and minutes >= per_day:
            return "day", minutes // per_day
        return ("hour", minutes // 60) if minutes >= 60 else ("minute", minutes)

    def _is_daily(self, due_on: date) -> bool:
        """What is late for long is named once a week, on its first business day."""
        return not self._waited(due_on, self.pattern.daily_for + 1) or self._is_first_of_week()

    def _waited(self, since: date, days: int) -> bool:
        """Whether so many business days began since then."""
        began = 0
        for day in self._back():
            if day <= since or began >= days:
                break
            began += self.calendar.is_business_day(day)
        return began >= days

    def _is_first_of_week(self) -> bool:
        earlier = (self.day - timedelta(days=back) for back in range(1, self.day.weekday() + 1))
        return not any(self.calendar.is_business_day(day) for day in earlier)

    def _back(self) -> Iterator[date]:
        return (self.day - timedelta(days=number) for number in range(FURTHEST))

    def _ahead(self, days: int) -> date:
        """The day so many business days from today."""
        found = self.day
        for number in range(1, FURTHEST):
            if not days:
                break
            day = self.day + timedelta(days=number)
            if self.calendar.is_business_day(day):
                found, days = day, days - 1
        return found

    def _end_of(self, day: date) -> datetime:
        return instant_of(at_midnight(day + ONE_DAY), self.zone)
