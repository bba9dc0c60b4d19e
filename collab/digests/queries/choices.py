"""How members want the digest, and when theirs comes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Table, select

from collab.calendars.queries import calendar_or_default
from collab.digests import models
from collab.digests.rules.due import Away, Place, When, due_at, next_week
from collab.digests.rules.habits import Choice, Pattern
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.people import queries as people

PATTERN = "digests.pattern"
_choices: Table = models.Choice.__table__  # type: ignore[assignment]


def pattern() -> Pattern:
    """What holds for everybody who chose nothing else."""
    found: Pattern = current_app.extensions[PATTERN]
    return found


def get_choice(member: Actor) -> Choice:
    """How a member gets the digest: as they chose, else as the company says."""
    row, usual = db.session.execute(select(_choices).where(_choices.c.member_id == member.id)).one_or_none(), pattern()
    if row is None:
        return Choice(wanted=True, when=usual.when, off=usual.off)
    when = When(
        usual.when.weekday if row.weekday is None else row.weekday,
        usual.when.minute if row.minute is None else row.minute,
    )
    off = usual.off if row.off is None else tuple(row.off)
    return Choice(row.wanted, when, off, row.weekday, row.minute, row.first_week)


def place_of(member: Actor) -> Place:
    """Where a member's clock runs."""
    return place_at(member.zone, member.calendar)


def place_at(zone: str, calendar: str) -> Place:
    """Where the clock of whoever lives by this zone and calendar runs."""
    return Place(ZoneInfo(zone), calendar_or_default(calendar))


def away_of(member: Actor, now: datetime) -> Away:
    """When a member is away, from now on."""
    return people.list_absent([member.id], now).get(member.id, [])


def next_issue(member: Actor, now: datetime) -> tuple[str, datetime] | None:
    """The week of the next issue of a member and when it comes; None: they do not want any."""
    choice = get_choice(member)
    return _next(member, choice, now) if choice.wanted else None


def next_week_of(member: Actor, now: datetime) -> str:
    """The week the next issue reports on, if they want one."""
    return _next(member, get_choice(member), now)[0]


def _next(member: Actor, choice: Choice, now: datetime) -> tuple[str, datetime]:
    place, away = place_of(member), away_of(member, now)
    week = max(next_week(now, choice.when, place, away), choice.first_week or "")
    return week, due_at(week, choice.when, place, away)
