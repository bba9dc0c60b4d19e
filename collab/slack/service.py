"""Once is once: an event or act of Slack's that comes again has no second effect, whichever process it reaches.

The row that says so is written in the transaction of the effect: both are there or neither is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Table, delete

from collab.kernel.atomic import atomic, beginning_with, current
from collab.kernel.db import db, insert_once
from collab.kernel.errors import NotNow
from collab.slack.models import Act, Event, Installation

KEPT = timedelta(days=7)
"""Slack repeats an event for an hour, or a day once delayed events are on; a signature is good for five minutes."""
_acts: Table = Act.__table__  # type: ignore[assignment]
_events: Table = Event.__table__  # type: ignore[assignment]
_installations: Table = Installation.__table__  # type: ignore[assignment]


class Repeated(NotNow):
    """The very message that comes now had its effect before."""

    code = "slack_repeated"


@contextmanager
def once(key: str, *, now: datetime) -> Iterator[None]:
    """Let whatever is written meanwhile count once for this key; without a key, or where nothing is written, do nothing.

    Raises Repeated, from within, when it has counted already.
    """
    counted: list[str] = []

    def claim() -> None:
        if counted:
            return
        if not insert_once(_acts, key=key, at=now):
            raise Repeated
        current().after_commit("slack.once", lambda: counted.append(key))

    if not key:
        yield
        return
    with beginning_with(claim):
        yield


def is_first(event_id: str, kind: str, *, now: datetime) -> bool:
    """Whether an event is heard for the first time; inside the transaction of what it causes."""
    with atomic():
        return insert_once(_events, event_id=event_id, kind=kind, at=now)


def keep_installation(token_hash: str, *, team: str, app: str, organization: str, now: datetime) -> None:
    """Write down what Slack said a token belongs to."""
    with atomic():
        known = {"team_id": team, "app_id": app, "enterprise_id": organization, "learnt_at": now}
        insert_once(_installations, token_hash=token_hash, **known)


def tidy(*, now: datetime) -> None:
    """Forget what can come again no more."""
    with atomic():
        for table in (_events, _acts):
            db.session.execute(delete(table).where(table.c.at < now - KEPT))
