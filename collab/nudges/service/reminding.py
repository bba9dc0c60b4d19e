"""The daily reminder: whoever's time of day has come is looked after once, in small batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.nudges import queries
from collab.nudges.models import Nudge
from collab.nudges.rules.pressing import Today
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects.registry import InboxRow

log = structlog.get_logger(__name__)
REMINDER, SUBJECT = "nudge.daily", "nudge"
BATCH = 100
LONGEST = 45.0
"""Seconds: the next sweep goes on, and no two of one scheduler overlap."""
KEPT = timedelta(days=60)
_nudges: Table = Nudge.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> int:
    """Remind everybody whose time of day has come and who has something pressing; returns how many.

    A member is claimed by a unique key per day of their own, so any number of sweepers, a clock that goes back and a change
    of zone remind nobody twice. After an outage it is made good the same day, never the next.
    """
    end, reminded = time.monotonic() + LONGEST, 0
    for zone, calendar in people.list_places():
        today = queries.today_at(zone, calendar, now)
        if not today.is_reminding:
            continue
        while time.monotonic() < end and (due := queries.list_due(zone, calendar, today, limit=BATCH)):
            reminded += _remind(due, today)
    return reminded


def _remind(members: Sequence[int], today: Today) -> int:
    """Look at what is pressing for each outside the transaction, then claim and write in a short one."""
    pressing = _count(people.list_actors(today.now, ids=members), today.now)
    with atomic():
        mine = _claim(pressing, today)
        notes = [_note(member, today.day) for member in mine if pressing[member]]
        if notes:
            outbox.enqueue(*notes, now=today.now)
        old = _nudges.c.member_id.in_(mine) & (_nudges.c.for_on < today.day - KEPT)
        db.session.execute(delete(_nudges).where(old))
    return len(notes)


def _count(members: Sequence[Actor], now: datetime) -> dict[int, int]:
    """How much is pressing for each; one whose list cannot be read must not keep the others waiting: then each is read by
    themselves."""
    try:
        found = queries.list_pressing_of(members, now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("nudges.no_rows", members=[member.id for member in members])
        if len(members) == 1:
            return {members[0].id: 0}
        return {one: count for member in members for one, count in _count([member], now).items()}
    return {one.id: 0 if _was_just_asked(one, found[one.id], now) else len(found[one.id]) for one in members}


def _was_just_asked(member: Actor, rows: Sequence[InboxRow], now: datetime) -> bool:
    """Whether the only thing there is to say came just now."""
    return len(rows) == 1 and queries.was_just_asked(member, rows[0].key, now)


def _claim(pressing: dict[int, int], today: Today) -> list[int]:
    """Those of them whom nobody else has looked after today."""
    rows = [
        {"member_id": member, "for_on": today.day, "rows": count, "made_at": today.now}
        for member, count in pressing.items()
    ]
    kind = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    claimed = kind(_nudges).values(rows).on_conflict_do_nothing().returning(_nudges.c.member_id)
    return list(db.session.scalars(claimed))


def _note(member: int, day: date) -> Note:
    return Note(REMINDER, SUBJECT, f"nudge:{member}:{day}", member=member, args={"on": day.isoformat()})
