"""When somebody is asked to check in, and until when: a department's cadence on a member's own clock and calendar.

Weeks are counted from one Monday, so a whole department that checks in every second week does so in the same one. The day
belongs to the member's zone; where their calendar is closed it is the next open day, at the hour or the opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collab.goals.rules.habits import Cadence
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError
from collab.kernel.business_time.zones import ONE_DAY, at_midnight, instant_of, local_day

FIRST_MONDAY = date(1970, 1, 5)
"""From here weeks are counted."""
PUNCTUAL = timedelta(minutes=5)
"""Whoever is asked so late is still asked at the hour that was meant."""
_LONGEST_CLOSED = timedelta(days=35)  # so far back an occurrence may lie that is only asked for now
_FURTHEST = 800  # days looked at for an open one


@dataclass(frozen=True)
class Place:
    """Where a member's clock runs: their own zone, and the calendar of their site."""

    zone: ZoneInfo
    calendar: BusinessCalendar


@dataclass(frozen=True)
class Turn:
    """What comes of an ask that is due: asked `at` (None: not now), until `due_at`; else asked next at `asks_at`, and why not
    now: "fresh", "away" (asked when they are back) or "away_long" (this one is left out)."""

    at: datetime | None = None
    due_at: datetime | None = None
    asks_at: datetime | None = None
    why: str = ""


def next_ask(cadence: Cadence, place: Place, after: datetime) -> datetime:
    """The first moment after `after` at which the member is to be asked."""
    return next(moment for moment in _asks(cadence, place, after - _LONGEST_CLOSED) if moment > after)


def deadline(cadence: Cadence, place: Place, asked_at: datetime) -> datetime:
    """Until when an answer is to come: so many business days after it was asked for; none of them is the end of that day."""
    try:
        if cadence.grace_days:
            return place.calendar.add_days(asked_at, cadence.grace_days)
        opening = place.calendar.next_opening(asked_at)
        return place.calendar.intervals(local_day(opening, place.calendar.zone))[-1].closes_at
    except (BusinessTimeError, IndexError):
        return asked_at + max(cadence.grace_days, 1) * ONE_DAY


def is_fresh(cadence: Cadence, place: Place, checked_in_at: datetime | None, now: datetime) -> bool:
    """Whether the last check-in is so recent, in days of the member's own, that nobody asks for another."""
    if checked_in_at is None:
        return False
    return (local_day(now, place.zone) - local_day(checked_in_at, place.zone)).days <= cadence.fresh_days


def turn(
    cadence: Cadence, place: Place, *, asks_at: datetime, checked_in_at: datetime | None, away_until: date | None,
    now: datetime,
) -> Turn:  # fmt: skip
    """What comes of an ask that is due `now`. `away_until` is the last day of an absence that runs, in the member's zone."""
    if is_fresh(cadence, place, checked_in_at, now):
        return Turn(asks_at=next_ask(cadence, place, now), why="fresh")
    told_at = _told_at(place, asks_at, now)
    if away_until is None:
        return Turn(told_at, deadline(cadence, place, told_at))
    back_at = _on_open_day(cadence, place, away_until + ONE_DAY)
    if now < back_at <= deadline(cadence, place, told_at):
        return Turn(asks_at=back_at, why="away")
    return Turn(asks_at=next_ask(cadence, place, max(now, back_at - timedelta.resolution)), why="away_long")


def back_from(cadence: Cadence, place: Place, away_until: date, now: datetime) -> datetime:
    """When somebody is asked next who went away while they were asked."""
    back_at = _on_open_day(cadence, place, away_until + ONE_DAY)
    return back_at if back_at > now else next_ask(cadence, place, now)


def reminds(zone: ZoneInfo, asked_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Whether the daily reminder names an open check-in: not on the day it was asked for, nor on that of the last chance, which
    come by messages of their own."""
    return local_day(now, zone) not in (local_day(asked_at, zone), local_day(due_at, zone))


def _told_at(place: Place, asks_at: datetime, now: datetime) -> datetime:
    """Now; after an outage, the next opening: nobody is asked in the middle of the night because a machine came back."""
    if now - asks_at <= PUNCTUAL:
        return now
    try:
        return place.calendar.next_opening(now)
    except BusinessTimeError:
        return now


def _asks(cadence: Cadence, place: Place, since: datetime) -> Iterator[datetime]:
    """Every moment of the cadence from about `since` on, in order."""
    period = 7 * cadence.every_weeks
    passed = (local_day(since, place.zone) - FIRST_MONDAY).days // period
    day = FIRST_MONDAY + timedelta(days=passed * period + cadence.weekday)
    while True:
        yield _on_open_day(cadence, place, day)
        day += timedelta(days=period)


def _on_open_day(cadence: Cadence, place: Place, day: date) -> datetime:
    """The hour of the cadence on this day of the member's, or the next open one; not before it opens there.

    On a calendar that stays closed the day is the day.
    """
    open_day = next((one for one in _days(day) if _is_open(place, one)), day)
    asked = instant_of(at_midnight(open_day) + timedelta(hours=cadence.hour), place.zone)
    opening = _opening(place, open_day)
    held = opening is not None and opening > asked and local_day(opening, place.zone) == open_day
    return opening if held and opening is not None else asked


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(_FURTHEST))


def _is_open(place: Place, day: date) -> bool:
    try:
        return place.calendar.is_business_day(day)
    except BusinessTimeError:
        return False


def _opening(place: Place, day: date) -> datetime | None:
    return place.calendar.intervals(day)[0].opens_at if _is_open(place, day) else None
