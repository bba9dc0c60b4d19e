"""What comes next in a climb: pure arithmetic on a frozen policy, today's people and their calendars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from collab.escalations.rules import people
from collab.escalations.rules.people import Chosen, Organisation, Sides
from collab.escalations.rules.policies import Policy, Rung, span
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, EXHAUSTED
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError

PUNCTUAL = timedelta(minutes=5)
"""A sweep that comes so late still means the moment it was for: waits are counted from there."""
AGAIN = "1bd"
"""When nobody was there, it is tried again after so long."""
_REMEMBERED = 4096  # a batch asks the same of many waits
_FURTHEST = 800  # midnights of two calendars to look at for a day that is both's: more than a year

CalendarOf = Callable[[int | None], BusinessCalendar]


@dataclass(frozen=True)
class Position:
    """Where a wait stands: its state, the next rung, the loop under way, how many above heard in it."""

    state: str
    rung: int
    loop: int
    heard: int


@dataclass(frozen=True)
class Clocks:
    """Whose business time counts: of whoever is late and of whoever waits; and anybody's."""

    late: BusinessCalendar
    other: BusinessCalendar
    of: CalendarOf


@dataclass(frozen=True)
class Heard:
    """A rung that ran: who hears and when each can read it, who was skipped. `together`: all in one conversation."""

    rung: int
    loop: int
    chosen: Chosen
    read_at: tuple[datetime, ...] = ()
    together: bool = False


@dataclass
class Outcome:
    """Where a wait stands now and what is said. `nobody`: nobody above is there, and those who can mend it should know."""

    state: str
    rung: int
    loop: int
    heard: int
    next_at: datetime | None
    ran: list[Heard] = field(default_factory=list)
    owner: int | None = None
    nobody: bool = False


def climb(
    at: Position, policy: Policy, sides: Sides, here: Organisation, clocks: Clocks, *,
    slot: datetime, now: datetime, manual: bool = False,
) -> Outcome:  # fmt: skip
    """Run the rung that fell due at `slot`; a rung at which nobody is there hands on to the next at once.

    `manual` begins above the last chance: whoever asked for it has said that it is time.
    """
    since = slot if timedelta() <= now - slot <= PUNCTUAL else now
    rung, loop, heard = at.rung, at.loop, at.heard
    if (at.state == ACKNOWLEDGED and not manual) or rung >= len(policy.rungs):
        if loop >= policy.loops:
            return _exhausted(at, policy, sides, here, clocks, since)
        rung, loop, heard = 0, loop + 1, 0
    rung = max(rung, 1) if manual else rung
    found = Outcome(CLIMBING, rung, loop, heard, None)
    for number in range(rung, len(policy.rungs)):
        ran = _run(policy, number, loop, sides, here, clocks, since)
        found.ran.append(ran)
        if ran.chosen.told:
            found.heard += len(ran.chosen.told) if number else 0
            found.rung, found.next_at = number + 1, after(policy, number, max(ran.read_at), clocks)
            return found
    if heard:  # somebody above knows in this loop: what is left of it is empty
        found.rung, found.next_at = len(policy.rungs), passed(policy.ack, since, clocks.late)
    else:
        found.nobody, found.next_at = True, passed(AGAIN, since, clocks.late)
    return found


def after(policy: Policy, rung: int, read_at: datetime, clocks: Clocks) -> datetime:
    """When the next rung falls due, counted from the moment the notices of `rung` could be read; after the last one, the
    loop is over when an acknowledgement would be."""
    if rung + 1 < len(policy.rungs):
        return due(policy.rungs[rung + 1], read_at, clocks)
    return passed(policy.ack, read_at, clocks.late)


def due(rung: Rung, since: datetime, clocks: Clocks) -> datetime:
    """When a rung falls due. One that is shared waits until the time has passed for both sides, each on its own calendar."""
    late = passed(rung.wait, since, clocks.late)
    return max(late, passed(rung.wait, since, clocks.other)) if rung.shared else late


@lru_cache(maxsize=_REMEMBERED)
def passed(wait: str, since: datetime, calendar: BusinessCalendar) -> datetime:
    """When a wait is over; on a calendar that never opens, by the wall clock."""
    try:
        return span(wait).due(since, calendar)
    except BusinessTimeError:
        return since + timedelta(days=1)


def held(moment: datetime, calendars: Sequence[BusinessCalendar], *, always: bool) -> datetime:
    """The first moment from then on at which something may be put before its readers: one reader's next opening; for several,
    when it is open for at least one of them on a day that is a business day of all. `always`: at once."""
    if always or not calendars:
        return moment
    return _opening(moment, tuple(dict.fromkeys(calendars)))


@lru_cache(maxsize=_REMEMBERED)
def _opening(moment: datetime, calendars: tuple[BusinessCalendar, ...]) -> datetime:
    try:
        return calendars[0].next_opening(moment) if len(calendars) == 1 else _together(moment, calendars)
    except BusinessTimeError:
        return moment


def _together(moment: datetime, calendars: tuple[BusinessCalendar, ...]) -> datetime:
    for _ in range(_FURTHEST):
        moment = min(calendar.next_opening(moment) for calendar in calendars)
        if all(calendar.is_business_day(moment.astimezone(calendar.zone).date()) for calendar in calendars):
            return moment
        moment = min(_midnight_after(moment, calendar) for calendar in calendars)  # days only change there
    raise BusinessTimeError("these calendars have no day in common")


def _midnight_after(moment: datetime, calendar: BusinessCalendar) -> datetime:
    tomorrow = moment.astimezone(calendar.zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=calendar.zone).astimezone(moment.tzinfo)


def _run(
    policy: Policy, number: int, loop: int, sides: Sides, here: Organisation, clocks: Clocks, since: datetime
) -> Heard:
    chosen = people.choose(policy.rungs[number], sides, here)
    readers = [clocks.of(told.member) for told in chosen.told]
    if policy.rungs[number].shared and len(readers) > 1:
        moment = held(since, readers, always=policy.always)
        return Heard(number, loop, chosen, (moment,) * len(readers), together=True)
    moments = tuple(held(since, [reader], always=policy.always) for reader in readers)
    return Heard(number, loop, chosen, moments)


def _exhausted(
    at: Position, policy: Policy, sides: Sides, here: Organisation, clocks: Clocks, since: datetime
) -> Outcome:
    """All loops are used up: somebody owns it by name. Nobody there to own it: it is tried again."""
    chosen = people.owner(policy.owner, sides, here)
    rung = len(policy.rungs)
    moments = tuple(held(since, [clocks.of(told.member)], always=policy.always) for told in chosen.told)
    found = Outcome(EXHAUSTED, rung, at.loop, at.heard, None, [Heard(rung, at.loop, chosen, moments)])
    if chosen.told:
        found.owner = chosen.told[0].member
    else:
        found.state, found.nobody, found.next_at = CLIMBING, True, passed(AGAIN, since, clocks.late)
    return found
