"""From the clock on the wall to the instant it means, also in the nights when clocks are moved."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collab.kernel.business_time.errors import NaiveMoment, OutOfReach

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years a calendar answers for: far from the ends of `datetime`, where zone arithmetic overflows."""

ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


def within_reach(day: date) -> None:
    """Refuse a day (or a moment) of a year no calendar answers for."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutOfReach(f"{day.isoformat()} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC; a moment without a zone is refused, since guessing one hides a bug."""
    if moment.utcoffset() is None:
        raise NaiveMoment(f"{moment.isoformat()} has no time zone; give an aware moment such as {moment.isoformat()}Z")
    within_reach(moment)
    return moment.astimezone(UTC)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the calendar of `zone` at this instant."""
    return instant.astimezone(zone).date()


def wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of `zone` show at this instant: naive, to be reckoned with as people do."""
    return instant.astimezone(zone).replace(tzinfo=None)


def at_midnight(day: date) -> datetime:
    """The wall clock at the start of a day: naive, it belongs to no zone yet."""
    return datetime.combine(day, time.min)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` first show `wall`, or jump over it.

    A wall time that comes twice (clocks go back) means its first coming; one that never comes (clocks go forward)
    means the jump. So later wall times never give earlier instants, and touching intervals keep touching.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # Inside a gap zoneinfo answers the two folds in reverse order (PEP 495): the jump lies between them.
    return first if first <= second else _jump_between(second, first, zone)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the new offset, by halving: zoneinfo does not publish its transitions."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _TICK:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
