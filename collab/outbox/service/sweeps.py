"""The sweeps that make a lost bell harmless: whatever is due is found here, and `/status` learns that they ran."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Table, delete, select, update

from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.outbox import queries
from collab.outbox.models import Attempt, Beacon, Message
from collab.outbox.rules.moves import SENT, SUPERSEDED
from collab.outbox.service import gates, pacing
from collab.outbox.service.delivery import drain
from collab.slack import service as slack

log = structlog.get_logger(__name__)
KEPT_ATTEMPTS, KEPT_PERIODS, KEPT_LANES = timedelta(days=30), timedelta(days=400), timedelta(days=1)
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 10.0
"""Seconds: no bell rings sooner again, and what is due later is the sweep's."""
_beacons: Table = Beacon.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_attempts: Table = Attempt.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> int:
    """Deliver what is due and leave word that a sweep finished; returns how many messages were handled."""
    gates.probe(now=now)
    handled = drain(now=now)
    leave_word("outbox.sweep", now)
    return handled


def seconds_to_next(*, now: datetime) -> float | None:
    """How long until there is more to deliver, if that is before the next sweep would look."""
    if queries.list_gates() or (due := queries.next_due()) is None:
        return None
    wait = max((due - now).total_seconds(), SHORTEST_WAIT)
    return wait if wait < LONGEST_WAIT else None


def watch(*, now: datetime) -> int:
    """Alarm on messages that are late although nothing stops them; returns how many."""
    stuck = queries.count_stuck(now)
    if stuck:
        log.error("outbox.stuck", messages=stuck, oldest=str(queries.oldest_open()))
    leave_word("outbox.watch", now)
    return stuck


def tidy(*, now: datetime) -> None:
    """Once a day: drop attempts of messages settled long ago, lanes nobody uses, claims of periods long gone, and what
    Slack cannot tell us again."""
    with atomic():
        if not periods.claim("outbox.tidy", str(now.date()), now=now):
            return
        settled = select(_messages.c.id).where(
            _messages.c.state.in_((SENT, SUPERSEDED)), _messages.c.settled_at < now - KEPT_ATTEMPTS
        )
        db.session.execute(delete(_attempts).where(_attempts.c.message_id.in_(settled)))
        pacing.forget_idle(now - KEPT_LANES)
        periods.forget(now - KEPT_PERIODS)
        slack.tidy(now=now)


def leave_word(name: str, now: datetime) -> None:
    """Write that a periodic duty has just finished."""
    with atomic():
        if not insert_once(_beacons, name=name, at=now):
            db.session.execute(update(_beacons).where(_beacons.c.name == name).values(at=now))
