"""Putting issues together: for many members at a time, each once, however many sweepers there are."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from collab.digests import queries
from collab.digests.models import Issue
from collab.digests.queries.due import Due, Here
from collab.digests.queries.gathering import gather
from collab.digests.rules.content import Content, Span, to_json
from collab.digests.rules.due import span_of
from collab.digests.service import channels, mailing
from collab.digests.service.notes import KIND, SUBJECT, note
from collab.digests.service.saying import worth_saying
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.subjects import queries as subjects

__all__ = ["BATCH", "KIND", "LONGEST", "SUBJECT", "compose", "found", "list_places", "sweep", "write"]
log = structlog.get_logger(__name__)
BATCH = 1000
LONGEST = 45.0
"""Seconds: the next sweep goes on, and no two of one scheduler overlap."""
_issues: Table = Issue.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Found:
    """What one member's issue is made of: what happened, and whether anything needs them."""

    member: int
    content: Content
    needed: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return self.content.is_empty and not self.needed


def sweep(*, now: datetime) -> int:
    """Put together every issue whose moment has come, hand letters over; returns how many issues have something to say.

    A member is claimed by a unique key per week, so any number of sweepers, a clock that jumps and a change of zone, weekday
    or hour make one issue of a week. After an outage only the latest is made good.
    """
    end, made = time.monotonic() + LONGEST, 0
    for here in list_places():
        last = 0
        while time.monotonic() < end and (due := queries.list_due(here, now, after=last, limit=BATCH)):
            made += compose(due, here.place.zone, now)
            last = due[-1].member
    made += channels.compose_due(now)
    mailing.send_waiting(now, end)
    return made


def list_places() -> list[Here]:
    """Every pair of zone and calendar that members live by."""
    return [Here(zone, calendar, queries.place_at(zone, calendar)) for zone, calendar in people.list_places()]


def compose(due: Sequence[Due], zone: ZoneInfo, now: datetime, *, asked: bool = False) -> int:
    """Put together the issues of these members of one zone; returns how many have something to say. `asked`: somebody wants them
    said, whatever came after them."""
    in_weeks = sorted(due, key=lambda one: one.week)
    return sum(
        _compose_week(week, list(some), zone, now, asked=asked)
        for week, some in groupby(in_weeks, lambda one: one.week)
    )


def _compose_week(week: str, due: Sequence[Due], zone: ZoneInfo, now: datetime, *, asked: bool) -> int:
    span = span_of(week, zone)
    if span is None:
        return 0
    off = {one.member: one.off for one in due}
    return write(found(people.list_actors(now, ids=list(off)), off, span, now), week, now, asked=asked)


def found(members: Sequence[Actor], off: Mapping[int, Sequence[str]], span: Span, now: datetime) -> list[Found]:
    """What the issues of these members hold. Where something goes wrong each is tried alone: one who cannot be read for must
    not keep the others waiting."""
    try:
        return _found(members, off, span, now)
    except DBAPIError:
        raise
    except Exception:
        if len(members) == 1:
            log.exception("digests.no_content", member=members[0].id, week=span.week)
            return []
        log.exception("digests.one_by_one", members=len(members), week=span.week)
        return [one for member in members for one in found([member], off, span, now)]


def _found(members: Sequence[Actor], off: Mapping[int, Sequence[str]], span: Span, now: datetime) -> list[Found]:
    contents, inboxes = gather(members, span, now), subjects.inboxes(members, now)
    return [
        Found(
            member.id,
            contents.get(member.id, Content()).without(off.get(member.id, ())),
            needed=bool(worth_saying(inboxes.get(member.id, ()))),
        )
        for member in members
    ]


def write(issues: Sequence[Found], week: str, now: datetime, *, asked: bool = False) -> int:
    """Claim these issues and write what is to be said, in one short transaction; returns how many this call will say."""
    if not issues:
        return 0
    by_member = {one.member: one for one in issues}
    with atomic():
        mine = [(issue, member) for issue, member in _claim(issues, week, now) if not by_member[member].is_empty]
        notes = [note(issue, week, member=member, asked=asked) for issue, member in mine]
        if notes:
            outbox.enqueue(*notes, now=now)
    return len(notes)


def _claim(issues: Iterable[Found], week: str, now: datetime) -> list[tuple[int, int]]:
    """The ids (and members) of the rows this call wrote: nobody else had."""
    rows: list[dict[str, Any]] = [
        {"week": week, "member_id": one.member, "empty": one.is_empty, "content": to_json(one.content), "made_at": now}
        for one in issues
    ]
    kind = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    claim = kind(_issues).values(rows).on_conflict_do_nothing().returning(_issues.c.id, _issues.c.member_id)
    return [(row.id, row.member_id) for row in db.session.execute(claim)]
