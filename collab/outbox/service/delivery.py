"""From a row to Slack: lease, render, commit the attempt, call, settle. A lease is held while talking, never a lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, insert, or_, select, update

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db
from collab.outbox.models import BROKEN, OPEN, PENDING, SENDING, SENT, SUPERSEDED, UNCERTAIN, Attempt, Message
from collab.outbox.registry import Envelope, kinds
from collab.outbox.service import cards
from collab.slack import identity
from collab.slack.client import Later, Posted, Refused, SlackProblem, Uncertain, transport

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=60)
ASK_AGAIN = timedelta(seconds=10)
MOST_ATTEMPTS = 8
_messages: Table = Message.__table__  # type: ignore[assignment]


def drain(*, now: datetime, limit: int = 20) -> int:
    """Deliver up to `limit` due messages; returns how many were handled (0: nothing due)."""
    batch = _lease(now, limit)
    for row in batch:
        try:
            _handle(row, clock_of(now))
        except Exception:
            log.exception("outbox.failed", message=row.id, kind=row.kind)
    return len(batch)


def clock_of(started: datetime) -> datetime:
    """A drain may last; moments written are never before it started."""
    return max(started, clock.now())


def _lease(now: datetime, limit: int) -> Sequence[AnyRow]:
    due = (
        select(_messages.c.id)
        .where(_messages.c.state.in_(OPEN), _messages.c.due_at <= now)
        .where(or_(_messages.c.leased_until.is_(None), _messages.c.leased_until < now))
        .order_by(_messages.c.due_at, _messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with atomic():
        ids = list(db.session.scalars(due))
        if not ids:
            return []
        claim = update(_messages).where(_messages.c.id.in_(ids)).values(leased_until=now + LEASE).returning(_messages)
        return sorted(db.session.execute(claim).all(), key=lambda row: (row.due_at, row.id))


def _handle(row: AnyRow, now: datetime) -> None:
    if row.kind == cards.REPAINT:
        return _settle(row, SENT, now, also=lambda: cards.fan_out(row.subject_key, row.id, now))
    if row.attempts >= MOST_ATTEMPTS:
        return _settle(row, BROKEN, now, problem=row.problem or "too_many_attempts")
    try:
        call = cards.painting(row, now) if row.kind == cards.PAINT else _posting(row, now)
    except Refused as problem:
        return _settle(row, BROKEN, now, problem=problem.error)
    except SlackProblem as problem:
        return _put_off(row, problem, now)
    if call is None:
        return _settle(row, SUPERSEDED, now)
    return _send(row, call, now)


def _put_off(row: AnyRow, problem: SlackProblem, now: datetime) -> None:
    """Slack could not even say whom to write to; nothing was sent, so it is simply tried again a little later."""
    log.info("outbox.put_off", message=row.id, error=problem.error)
    due_at = now + max(timedelta(seconds=problem.retry_after), ASK_AGAIN)
    with atomic():
        change = {"due_at": due_at, "problem": problem.error, "leased_until": None}
        db.session.execute(update(_messages).where(_messages.c.id == row.id).values(**change))


@dataclass(frozen=True)
class Posting:
    """A new message for one recipient."""

    channel: str
    payload: Mapping[str, Any]
    delivery_id: str
    seq: int

    def make(self) -> Posted:
        """Call Slack."""
        return transport().post(self.channel, self.payload, self.delivery_id)

    def remember(self, row: AnyRow, posted: Posted, now: datetime) -> None:
        """Keep where the card stands; if the subject moved on while we spoke, have it repainted."""
        if kinds[row.kind].is_card:
            cards.keep(row, posted, self.payload, self.seq, now)


def _posting(row: AnyRow, now: datetime) -> Posting | None:
    seq = cards.seq_of(row.subject_key)
    recipient, reader = identity.recipient_of(row.member_id)
    if row.member_id is not None and (recipient is None or not recipient.active):
        return None
    rendered = kinds[row.kind].render(Envelope(row.subject_key, row.args, recipient, reader, now))
    if rendered is None:
        return None
    channel = row.channel or _address(recipient)
    payload = rendered.as_payload()
    return Posting(channel or "", payload, row.delivery_id, seq)


def _address(recipient: Actor | None) -> str | None:
    return identity.account_of(recipient) if recipient else None


def _send(row: AnyRow, call: Posting | cards.Painting, now: datetime) -> None:
    if not call.channel:
        return _settle(row, BROKEN, now, problem="no_slack_account")
    attempt = _begin_attempt(row, call.payload, now)
    try:
        posted = call.make()
    except Later as problem:
        return _again(row, attempt, PENDING, problem, now, after=timedelta(seconds=max(1, problem.retry_after)))
    except Uncertain as problem:
        return _again(row, attempt, UNCERTAIN, problem, now, after=LOOK_AGAIN)
    except Refused as problem:
        log.error("outbox.refused", message=row.id, kind=row.kind, error=problem.error)
        return _settle(row, BROKEN, now, problem=problem.error, attempt=attempt)
    return _settle(row, SENT, now, attempt=attempt, also=lambda: call.remember(row, posted, now))


def _begin_attempt(row: AnyRow, payload: Mapping[str, Any], now: datetime) -> int:
    """Commit that we are about to call, with what, before we do."""
    number: int = row.attempts + 1
    with atomic():
        change = {"state": SENDING, "attempts": number, "payload": dict(payload), "leased_until": now + LEASE}
        db.session.execute(update(_messages).where(_messages.c.id == row.id).values(**change))
        db.session.execute(insert(Attempt).values(message_id=row.id, number=number, started_at=now))
    return number


def _again(row: AnyRow, attempt: int, state: str, problem: SlackProblem, now: datetime, *, after: timedelta) -> None:
    with atomic():
        _end_attempt(row.id, attempt, state, problem.error, now)
        change = {"state": state, "problem": problem.error, "due_at": now + after, "leased_until": None}
        db.session.execute(update(_messages).where(_messages.c.id == row.id).values(**change))


def _settle(
    row: AnyRow, state: str, now: datetime, *, problem: str | None = None, attempt: int | None = None, also: Any = None
) -> None:
    with atomic():
        if attempt is not None:
            _end_attempt(row.id, attempt, state, problem, now)
        change = {"state": state, "problem": problem, "settled_at": now, "leased_until": None}
        db.session.execute(update(_messages).where(_messages.c.id == row.id).values(**change))
        if also is not None:
            also()


def _end_attempt(message_id: int, number: int, outcome: str, problem: str | None, now: datetime) -> None:
    db.session.execute(
        update(Attempt)
        .where(Attempt.message_id == message_id, Attempt.number == number)
        .values(ended_at=now, outcome=outcome, problem=problem)
    )
