"""The issue somebody would get, without writing anything."""

from __future__ import annotations

from datetime import datetime

from collab.digests import queries
from collab.digests.queries import Edition
from collab.digests.queries.gathering import gather
from collab.digests.rules.content import Content
from collab.digests.rules.due import span_of
from collab.digests.rules.needs import Needs, top_of
from collab.digests.service.saying import worth_saying
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.subjects import queries as subjects


def preview(member: Actor, week: str | None, *, now: datetime) -> tuple[Edition, Needs]:
    """A member's issue of a week as it is or, if it is not written yet, as it would be by now; unless a week is given, that of
    the next issue to come. Raises Invalid: no such week."""
    wanted = week or queries.next_week_of(member, now)
    span = span_of(wanted, queries.place_of(member).zone)
    if span is None:
        raise Invalid({"week": Text("digest.said.bad_week")})
    edition = queries.find_issue(week=wanted, member=member.id)
    if edition is None:
        content = gather([member], span, now).get(member.id, Content()).without(queries.get_choice(member).off)
        edition = Edition(
            id=0, week=wanted, member_id=member.id, channel_id=None, content=content, needs=None, empty=False, made_at=now,
            via=None, said_at=None, opened_at=None,
        )  # fmt: skip
    return edition, edition.needs or top_of(worth_saying(subjects.inbox(member, now)))
