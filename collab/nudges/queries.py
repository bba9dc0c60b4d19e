"""Read-only answers: what is pressing for somebody, how they want to be told, whom nothing disturbs now, who was asked how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Table, and_, case, func, literal, or_, select

from collab.calendars.queries import calendar_or_default
from collab.escalations import queries as escalations
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Invalid, Text
from collab.nudges.models import Habit, Nudge
from collab.nudges.rules.habits import Attention, Habits
from collab.nudges.rules.pattern import Pattern
from collab.nudges.rules.pressing import Today
from collab.nudges.rules.times import Window
from collab.nudges.rules.weeks import span_of
from collab.outbox import queries as outbox
from collab.outbox.registry import Silence
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow

JUST_ASKED = timedelta(hours=2)
"""Who was asked so lately about the only thing there is to say is not reminded of it."""
_habits: Table = Habit.__table__  # type: ignore[assignment]
_nudges: Table = Nudge.__table__  # type: ignore[assignment]


def pattern() -> Pattern:
    """The company's pattern."""
    found: Pattern = current_app.extensions["nudges.pattern"]
    return found


def today_of(member: Actor, now: datetime) -> Today:
    """A member's own day."""
    return today_at(member.zone, member.calendar, now)


def today_at(zone: str, calendar: str, now: datetime) -> Today:
    """The day of whoever lives by this zone and calendar."""
    return Today(now, ZoneInfo(zone), calendar_or_default(calendar), pattern())


def get_habits(member: Actor) -> Habits:
    """What a member chose, else what their team and the company say."""
    row = db.session.execute(select(_habits).where(_habits.c.member_id == member.id)).one_or_none()
    ours = pattern()
    usual = ours.teams.get(member.department or "", ours.at)
    if row is None:
        return Habits(daily=True, at=usual, own_at=None, quiet=None, news_quiet=ours.quiet)
    own, quiet = row.at_minute, _window(row)
    company_too = None if quiet or row.never_quiet else ours.quiet
    return Habits(row.daily, usual if own is None else own, own, quiet, company_too, row.by_mail)


def wants_mail(member: int) -> bool:
    """Whether a member chose to be asked by mail."""
    return bool(db.session.scalar(select(_habits.c.by_mail).where(_habits.c.member_id == member)))


def list_due(zone: str, calendar: str, today: Today, *, limit: int) -> list[int]:
    """Members of one place whose time of day has come and whom nobody has looked after today, some at a time."""
    here = people.select_members_at(zone, calendar, today.day).subquery()
    done = select(_nudges.c.member_id).where(_nudges.c.for_on == today.day, _nudges.c.member_id == here.c.id)
    local = today.now.astimezone(today.zone)
    due = (
        select(here.c.id)
        .outerjoin(_habits, _habits.c.member_id == here.c.id)
        .where(or_(_habits.c.daily.is_(None), _habits.c.daily))
        .where(func.coalesce(_habits.c.at_minute, _usual(here.c.department)) <= local.hour * 60 + local.minute)
        .where(~done.exists())
        .order_by(here.c.id)
    )
    return list(db.session.scalars(due.limit(limit)))


def _usual(department: Any) -> Any:
    ours = pattern()
    return case(dict(ours.teams), value=department, else_=ours.at) if ours.teams else literal(ours.at)


def list_pressing(member: Actor, now: datetime) -> list[InboxRow]:
    """What a member is reminded of today, the most pressing first; nothing on a day on which they do not work."""
    return list_pressing_of([member], now)[member.id]


def list_pressing_of(members: Sequence[Actor], now: datetime) -> dict[int, list[InboxRow]]:
    """The same of several members, by member."""
    days = {member.id: today_of(member, now) for member in members}
    working = [member for member in members if days[member.id].is_reminding]
    pressing = {
        member: [row for row in rows if row.remind and days[member].names(row.due_at, row.since)]
        for member, rows in subjects.inboxes(working, now).items()
    }
    taken = _taken_up({row.key for rows in pressing.values() for row in rows})
    return {
        member.id: [row for row in pressing.get(member.id, ()) if (member.id, row.key) not in taken]
        for member in members
    }


def _taken_up(keys: Collection[str]) -> set[tuple[int | None, str]]:
    """Of these, who has acknowledged what: they are at it, until that runs out."""
    return {
        (one.acknowledged_by, key)
        for key, waits in escalations.list_of_many(keys).items()
        for one in waits
        if one.state == escalations.ACKNOWLEDGED
    }


def was_just_asked(member: Actor, key: str, now: datetime) -> bool:
    """Whether a card about this very thing came, or is about to come, in these two hours."""
    return outbox.count_asks(member.id, now - JUST_ASKED, now + timedelta(minutes=5), about=key) > 0


def silences(members: Sequence[int], now: datetime) -> Mapping[int, Silence]:
    """Of these members, those in their quiet time and until when; one statement."""
    zones, ours = people.select_zones().subquery(), pattern().quiet
    asked = select(_habits, zones.c.id, zones.c.zone).select_from(
        zones.join(_habits, and_(_habits.c.member_id == zones.c.id), isouter=ours is not None)
    )
    chosen = asked if ours else asked.where(_habits.c.quiet_from.is_not(None))
    rows = db.session.execute(chosen.where(zones.c.id.in_(members)))
    return {row.id: silence for row in rows if (silence := _silence(row, ours, now))}


def _silence(row: AnyRow, ours: Window | None, now: datetime) -> Silence | None:
    own = _window(row)
    window = own or (None if row.never_quiet else ours)
    until = window.end_after(now, ZoneInfo(row.zone)) if window else None
    return Silence(until, asks_pass=own is None) if until else None


def _window(row: AnyRow) -> Window | None:
    return None if row.quiet_from is None else Window(row.quiet_from, row.quiet_until)


def must_acts(member: Actor, week: str) -> int:
    """How often a member was asked to act in an ISO week ("2026-W47") of their own zone. Raises Invalid."""
    return outbox.count_asks(member.id, *week_of(week, member.zone))


def week_of(week: str, zone: str) -> tuple[datetime, datetime]:
    """When a week begins and ends in a zone. Raises Invalid."""
    found = span_of(week, ZoneInfo(zone))
    if found is None:
        raise Invalid({"week": Text("nudge.report.bad_week")})
    return found


def list_attention(week: str, now: datetime) -> list[Attention]:
    """Everybody who holds an office or leads a department, who was asked most first. Raises Invalid."""
    leaders = [one for one in people.list_actors(now) if one.active and (one.offices or one.leads)]
    reminded = _reminded(week, [one.id for one in leaders])
    found = [Attention(one, must_acts(one, week), reminded.get(one.id, 0)) for one in leaders]
    return sorted(found, key=lambda one: (-one.asked, one.member.email))


def _reminded(week: str, members: Sequence[int]) -> dict[int, int]:
    start, end = week_of(week, "UTC")
    days: tuple[date, date] = (start.date(), end.date())
    rows = (
        select(_nudges.c.member_id, func.count())
        .where(_nudges.c.member_id.in_(members), _nudges.c.rows > 0)
        .where(_nudges.c.for_on >= days[0], _nudges.c.for_on < days[1])
        .group_by(_nudges.c.member_id)
    )
    return dict(db.session.execute(rows).all())
