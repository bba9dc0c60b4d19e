"""Whose issue has fallen due and is not written yet: one statement for everybody of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, case, false, func, literal, or_, select

from collab.digests import models
from collab.digests.queries.choices import pattern
from collab.digests.rules.due import Place, latest_on, minute_reached, week_of
from collab.kernel.business_time.zones import local_day
from collab.kernel.db import AnySelect, db
from collab.people import queries as people

_choices: Table = models.Choice.__table__  # type: ignore[assignment]
_issues: Table = models.Issue.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Due:
    """A member whose issue of a week is to be put together, and the sections they do not want."""

    member: int
    week: str
    off: tuple[str, ...]


@dataclass(frozen=True)
class Here:
    """Members of one place: their zone and calendar by name, and as reckoned with."""

    zone: str
    calendar: str
    place: Place


def list_due(here: Here, now: datetime, *, after: int, limit: int) -> list[Due]:
    """Members of a place (with an id above `after`) whose latest issue is due and not written, nor any later one, some at a time.

    Late ones are made good on an open day of theirs at their own minute, never in the night in which a machine came back.
    """
    day = local_day(now, here.place.zone)
    if not here.place.is_open(day):
        return []
    weeks = {weekday: latest_on(day, weekday) for weekday in range(7)}
    usual = pattern().when
    weekday = func.coalesce(_choices.c.weekday, usual.weekday)
    minute = func.coalesce(_choices.c.minute, usual.minute)
    reached = minute <= minute_reached(now, here.place.zone)
    week = case(weeks, value=weekday)
    return _read(_missing(here, now, week, after, latest=True).where(reached).limit(limit))


def list_missing(here: Here, week: str, now: datetime, *, after: int, limit: int) -> list[Due]:
    """Members of a place who want the digest, are here and have no issue of this week, whatever the hour."""
    return _read(_missing(here, now, literal(week), after).limit(limit))


def count_missing(week: str, now: datetime, places: Sequence[Here]) -> int:
    """How many members want the digest, are here and have no issue of this week."""
    counts = (select(func.count()).select_from(_missing(one, now, literal(week), 0).subquery()) for one in places)
    return sum(db.session.scalar(count) or 0 for count in counts)


def _missing(here: Here, now: datetime, week: Any, after: int, *, latest: bool = False) -> AnySelect:
    """`latest`: nor have they an issue of a later week. One of a week that is not over was written by a clock that ran ahead."""
    day = local_day(now, here.place.zone)
    members = people.select_members_at(here.zone, here.calendar, day).subquery()
    wanted = or_(_choices.c.member_id.is_(None), _choices.c.wanted)
    begun = or_(_choices.c.first_week.is_(None), _choices.c.first_week <= week)
    later = (_issues.c.week > week) & (_issues.c.week < week_of(day)) if latest else false()
    same = or_(_issues.c.week == week, later)
    written = select(_issues.c.id).where(_issues.c.member_id == members.c.id, same)
    return (
        select(members.c.id, week.label("week"), _choices.c.off)
        .select_from(members.outerjoin(_choices, _choices.c.member_id == members.c.id))
        .where(members.c.id > after, wanted, begun, ~written.exists())
        .order_by(members.c.id)
    )


def _read(statement: AnySelect) -> list[Due]:
    usual = pattern().off
    return [
        Due(row.id, row.week, usual if row.off is None else tuple(row.off)) for row in db.session.execute(statement)
    ]
