"""ISO weeks of somebody's own zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collab.kernel.business_time.zones import FIRST_YEAR, LAST_YEAR, at_midnight, instant_of

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


def week_named(moment: datetime, zone: ZoneInfo) -> str:
    """The week a moment lies in: "2026-W47"."""
    year, week, _day = moment.astimezone(zone).date().isocalendar()
    return f"{year}-W{week:02}"


def span_of(week: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """When a week begins and ends in a zone; None for what is no week."""
    found = _WEEK.fullmatch(week)
    if found is None or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return instant_of(at_midnight(monday), zone), instant_of(at_midnight(monday + timedelta(days=7)), zone)
