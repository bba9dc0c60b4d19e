"""The one place that reads the clock. Edges call it; services receive `now` as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_in(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
