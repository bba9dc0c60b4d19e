"""What a control refused, kept in the trail: that somebody tried to decide what they may not.

    with refusals_kept(key, actor, "approve", now=now, counts=lambda: actor.id in barred(key)):
        with atomic(): ...          # raises NotAllowed, and nothing of it is written

The entry has a transaction of its own, for that of the act is undone. Once a member, subject and day (UTC) is enough to be seen:
whoever presses a thousand times does not fill the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

from sqlalchemy import exists, select

from collab.audit.models import Entry
from collab.audit.service.recording import record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic, beginning_with, is_open
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed
from collab.subjects import service as subjects

REFUSED = "refused"


@contextmanager
def refusals_kept(
    subject: str, actor: Actor, verb: str, *, now: datetime, counts: Callable[[], bool]
) -> Iterator[None]:
    """Keep a NotAllowed raised inside, where `counts` says that a control spoke and not just a closed door; it is raised on. Inside
    an open transaction nothing is kept: whoever opened it keeps its refusals (`keep_refusal`)."""
    try:
        yield
    except NotAllowed as refusal:
        if not is_open() and counts():
            keep_refusal(subject, actor, verb, refusal, now=now)
        raise


def _nothing() -> None:
    pass


def keep_refusal(subject: str, actor: Actor, verb: str, refusal: NotAllowed, *, now: datetime) -> None:
    """Write it, unless the day has one already."""
    day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    mine = (Entry.subject_key == subject) & (Entry.actor == actor.email) & (Entry.verb == REFUSED) & (Entry.at >= day)
    with beginning_with(_nothing), atomic():  # a refused message was not carried out: it is not marked as done
        subjects.lock(subject)
        if not db.session.scalar(select(exists().where(mine))):
            record(REFUSED, subject, actor=actor, at=now, details={"act": verb, "refusal": refusal.said_code})
