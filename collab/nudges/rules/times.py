"""Times of day as people write them, and the hours in which somebody is not disturbed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab.kernel.business_time.zones import at_midnight, instant_of, wall_clock
from collab.kernel.text import normal

HOUR, DAY = 60, 24 * 60
"""Minutes."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})時(?:(\d{1,2})分|(半))?")
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|〜|から|to)\s*")


def parse_time(text: str) -> int | None:
    """Minutes after midnight of "8:30", "08:30", 「8時半」, 「8時30分」; None for what is no time of day."""
    found = _CLOCK.fullmatch(normal(text).removesuffix("まで"))
    if found is None:
        return None
    hour, minute = (found[1], found[2]) if found[1] else (found[3], "30" if found[5] else found[4] or "0")
    total = int(hour) * HOUR + int(minute)
    return total if int(minute) < HOUR and total < DAY else None


def said_time(minutes: int) -> str:
    """A time of day as it is written everywhere: "08:30"."""
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"


@dataclass(frozen=True)
class Window:
    """Quiet time: every day from one local time to another, in minutes after midnight; past midnight when it ends first."""

    starts: int
    ends: int

    def holds(self, minute: int) -> bool:
        """Whether it is quiet at this minute of the day; at the end it is not any more."""
        if self.starts < self.ends:
            return self.starts <= minute < self.ends
        return minute >= self.starts or minute < self.ends

    def end_after(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet time running at this moment ends; None: it is not quiet."""
        wall = wall_clock(now, zone)
        minute = wall.hour * HOUR + wall.minute
        if not self.holds(minute):
            return None
        day = wall.date() + timedelta(days=1) if self.starts >= self.ends and minute >= self.starts else wall.date()
        end = instant_of(at_midnight(day) + timedelta(minutes=self.ends), zone)
        return end if end > now else None

    def __str__(self) -> str:
        return f"{said_time(self.starts)}-{said_time(self.ends)}"


def parse_window(text: str) -> Window | None:
    """The window of "20:00-08:00", 「20時〜8時」, 「20時から8時まで」; None for what is none, and for one without an end."""
    parts = [parse_time(part) for part in _BETWEEN.split(normal(text))]
    if len(parts) != 2 or parts[0] is None or parts[1] is None or parts[0] == parts[1]:
        return None
    return Window(parts[0], parts[1])
