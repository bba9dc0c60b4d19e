"""Waiting times as people write them: `8bh`, `2bd`, `30m`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from collab.kernel.business_time.calendars import BusinessCalendar
from collab.kernel.business_time.errors import BadSpan
from collab.kernel.business_time.zones import as_utc, instant_of, wall_clock

Unit = Literal["bh", "bd", "h", "m", "d"]

_SPAN = re.compile(r"([0-9]{1,5})(bh|bd|h|m|d)")
_ALLOWED = "write a whole number up to 99999 and bh (business hours), bd (business days), h, m or d: 8bh, 2bd, 30m"


@dataclass(frozen=True)
class Span:
    """A waiting time; as text it is written as it is read."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def due(self, start: datetime, calendar: BusinessCalendar) -> datetime:
        """When it is over, in aware UTC. May raise what `BusinessCalendar.add` raises."""
        match self.unit:
            case "bh":
                return calendar.add(start, self.amount * 60)
            case "bd":
                return calendar.add_days(start, self.amount)
            case "d":
                return _same_time(start, self.amount, calendar)
            case "h":
                return as_utc(start) + timedelta(hours=self.amount)
            case "m":
                return as_utc(start) + timedelta(minutes=self.amount)


def parse_span(text: str) -> Span:
    """Read a span; capitals and surrounding blanks do not matter. Raises `BadSpan` saying what is allowed."""
    if not (parts := _SPAN.fullmatch(text.strip().lower())):
        raise BadSpan(f"{text!r} is not a waiting time; {_ALLOWED}")
    return Span(int(parts[1]), cast("Unit", parts[2]))


def _same_time(start: datetime, days: int, calendar: BusinessCalendar) -> datetime:
    """So many days later when the clocks of the calendar's zone show the same time."""
    moment = as_utc(start)
    if days == 0:
        return moment
    return instant_of(wall_clock(moment, calendar.zone) + timedelta(days=days), calendar.zone)
