"""Since when news is news, where nobody keeps when somebody last looked: since their last working day ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab.kernel.business_time import BusinessCalendar
from collab.kernel.business_time.zones import at_midnight, instant_of

FURTHEST = timedelta(days=14)
"""What happened longer ago stands in the weekly digest."""


def news_since(now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> datetime:
    """The last closing time before the reader's today, on their calendar: on a Monday that of Friday, after holidays that of the day
    before them; never more than two weeks ago."""
    today = instant_of(at_midnight(now.astimezone(zone).date()), zone)
    return max(calendar.previous_closing(today), now - FURTHEST)
