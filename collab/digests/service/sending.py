"""What somebody sends by hand: issues that are missing, and one that is said again as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from collab.digests import queries
from collab.digests.queries import Edition
from collab.digests.queries.due import Due
from collab.digests.rules.due import span_of
from collab.digests.service.composing import BATCH, compose, list_places
from collab.digests.service.notes import note
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.outbox import service as outbox

Progress = Callable[[int, int], None]
"""Told how many members have been looked after, of how many."""


@dataclass(frozen=True)
class Sent:
    """How many issues have something to say, and how many are empty."""

    issues: int = 0
    empty: int = 0


def send(week: str, *, now: datetime, progress: Progress) -> Sent:
    """Put together the issues of a week for everybody who wants them, is here and has none yet, whatever the hour. Run again
    after it was stopped, it goes on with those who are missing; nobody gets a second one.

    Raises Invalid: no such week, or it is not over everywhere.
    """
    places = list_places()
    for here in places:
        _check(week, here.place.zone, now)
    every, done, said = queries.count_missing(week, now, places), 0, 0
    for here in places:
        last = 0
        while due := queries.list_missing(here, week, now, after=last, limit=BATCH):
            said += compose(due, here.place.zone, now, asked=True)
            last, done = due[-1].member, done + len(due)
            progress(done, max(every, done))
    return Sent(said, done - said)


def send_to(member: Actor, week: str, *, now: datetime) -> Edition:
    """One member's issue of a week: put together if it is missing, else said again as it was put together.

    Raises Invalid: no such week, or it is not over.
    """
    place = queries.place_of(member)
    _check(week, place.zone, now)
    edition = queries.find_issue(week=week, member=member.id)
    if edition is not None:
        return _again(edition, now)
    compose([Due(member.id, week, queries.get_choice(member).off)], place.zone, now, asked=True)
    made = queries.find_issue(week=week, member=member.id)
    if made is None:
        raise RuntimeError(f"the issue of {week} could not be put together; the log says why")
    return made


def _again(edition: Edition, now: datetime) -> Edition:
    if edition.member_id is not None and not edition.empty:
        with atomic():
            outbox.enqueue(note(edition.id, edition.week, member=edition.member_id, again=uuid.uuid4().hex), now=now)
    return edition


def _check(week: str, zone: ZoneInfo, now: datetime) -> None:
    """Refuse what is no week, and one that is not over in this zone."""
    span = span_of(week, zone)
    if span is None:
        raise Invalid({"week": Text("digest.said.bad_week")})
    if span.ends_at > now:
        raise Invalid({"week": Text("digest.said.not_over", {"week": week})})
