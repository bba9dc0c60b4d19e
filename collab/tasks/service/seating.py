"""Who has to do it, on whose calendar, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import current_app

from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.business_time import BadSpan, BusinessCalendar, BusinessTimeError, Span, parse_span
from collab.kernel.errors import Invalid, Text
from collab.people import queries as people
from collab.tasks.rules import clocks
from collab.tasks.rules.policy import Policy

When = str | datetime | date
"""A span ("2bd"), an aware moment, or a day (its last closing on the calendar of whoever says it)."""
FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Seat:
    """Who answers for a task today; `instead_of` is the absent assignee they stand in for."""

    member: int | None
    instead_of: int | None = None


def policy() -> Policy:
    """The company's defaults."""
    found: Policy = current_app.extensions["tasks.policy"]
    return found


def seats(wanted: Sequence[tuple[str, int | None]], now: datetime, *, asker: int | None = None) -> list[Seat]:
    """For each department and perhaps an assignee: the assignee if they are here, else their deputy, else the lead.

    A department without an assignee is answered for by its lead, or whoever stands in for the lead. The asker never
    stands in for the one they ask.
    """
    org = people.organisation(now)

    def seat(department: str, assignee: int | None) -> Seat:
        lead = org.leads.get(department)
        named = assignee or lead
        if named is None or named not in org.absent:
            return Seat(named)
        deputy = org.absent[named]
        for other in (deputy, lead):
            if other is not None and other not in (named, asker) and other not in org.absent:
                return Seat(other, named)
        return Seat(named)

    return [seat(department, assignee) for department, assignee in wanted]


def calendars_of(members: Sequence[int | None], now: datetime) -> dict[int | None, BusinessCalendar]:
    """Each member's calendar; nobody's is the company's."""
    present = people.presence([member for member in members if member is not None], now)
    codes = {member: here.calendar for member, here in present.items()}
    return {member: calendar_or_default(codes.get(member or 0, "")) for member in {*members, None}}


def calendar_of(member: int | None, actor: Actor | None, now: datetime) -> BusinessCalendar:
    """One member's calendar; the actor's own is known already."""
    if actor is not None and actor.id == member:
        return calendar_or_default(actor.calendar)
    return calendars_of([member], now)[member]


def due_by(span: Span, calendar: BusinessCalendar, now: datetime) -> datetime:
    """When a default span is over. Raises Invalid where the calendar does not open for so long."""
    try:
        return span.due(now, calendar)
    except BusinessTimeError as error:
        raise _bad("due", "task.refused.due_out_of_reach") from error


def moment(when: When, calendar: BusinessCalendar, now: datetime, *, field: str = "due") -> datetime:
    """The moment somebody means, in the future and in reach. Raises Invalid."""
    try:
        found = _moment(when, calendar, now)
    except BadSpan as error:
        raise _bad(field, "task.refused.bad_span") from error
    except (BusinessTimeError, OverflowError) as error:
        raise _bad(field, "task.refused.due_out_of_reach") from error
    if found <= now:
        raise _bad(field, "task.refused.due_in_the_past")
    if found > now + FURTHEST:
        raise _bad(field, "task.refused.due_out_of_reach")
    return found


def _moment(when: When, calendar: BusinessCalendar, now: datetime) -> datetime:
    if isinstance(when, str):
        return parse_span(when).due(now, calendar)
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return clocks.closing_of(calendar, when)


def _bad(field: str, key: str) -> Invalid:
    return Invalid({field: Text(key)})
