"""Where each subject's cards stand in Slack, and keeping every one of them true."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, or_, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db, insert_once
from collab.outbox.models import Card, Message
from collab.outbox.registry import BUNDLE, PAINT, Envelope, kinds
from collab.outbox.rules import pace
from collab.outbox.rules.groups import members_of
from collab.outbox.rules.moves import PENDING
from collab.outbox.service.enqueueing import lane_of
from collab.outbox.service.holding import Held
from collab.slack import identity
from collab.slack.client import Posted, transport
from collab.subjects.queries import audit_seq

UNKNOWN: dict[str, Any] = {"text": "", "blocks": []}
"""What a card shows while nobody knows."""
_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]


def seq_of(row: AnyRow) -> int:
    """How far what a card shows has come; one painted earlier is out of date. A bundle shows several subjects."""
    if row.kind != BUNDLE:
        return audit_seq(row.subject_key)
    parts = select(_messages.c.subject_key).where(_messages.c.bundle_id == row.id).distinct()
    return sum(audit_seq(key) for key in db.session.scalars(parts))


def tell_arrival(row: AnyRow, now: datetime) -> None:
    """Let its feature know, in the open transaction, that a message is in Slack."""
    arrived = kinds[row.kind].arrived
    if arrived is not None:
        arrived(row, now)


def keep(row: AnyRow, posted: Posted, payload: Mapping[str, Any], seq: int, now: datetime) -> None:
    """Remember a card just posted. If its subject moved on while it was being posted, have it repainted."""
    values = {
        "message_id": row.id, "subject_key": row.subject_key, "kind": row.kind, "member_id": row.member_id,
        "channel": posted.channel, "ts": posted.ts, "painted_seq": seq, "shown": dict(payload), "painted_at": now,
    }  # fmt: skip
    card_id = db.session.scalar(insert(_cards).values(**values).returning(_cards.c.id))
    if seq_of(row) > seq and card_id is not None:
        _enqueue_paint(card_id, row.subject_key, row.member_id, row.channel, f"late:{row.id}", now)


def fan_out(subject_key: str, cause: int, now: datetime) -> None:
    """One paint job per card that shows the subject, each once per cause; the newest is looked at, so it comes first."""
    bundles = select(_messages.c.bundle_id).where(
        _messages.c.subject_key == subject_key, _messages.c.bundle_id.is_not(None)
    )
    shows = or_(_cards.c.subject_key == subject_key, _cards.c.message_id.in_(bundles))
    for card in db.session.execute(select(_cards).where(shows).order_by(_cards.c.id.desc())).all():
        _enqueue_paint(
            card.id, subject_key, card.member_id, card.channel if card.member_id is None else None, str(cause), now
        )


@dataclass(frozen=True)
class Painting:
    """A card's new face."""

    card_id: int
    at: Posted
    payload: Mapping[str, Any]
    seq: int
    message: AnyRow
    method: str = pace.UPDATE

    @property
    def channel(self) -> str:
        """Where it stands."""
        return self.at.channel

    def make(self) -> Posted:
        """Call Slack."""
        transport().update(self.at, self.payload)
        return self.at

    def remember(self, held: Held, _posted: Posted, now: datetime) -> None:
        """Keep what the card shows now; if its subject moved on while we spoke, or another was faster, paint it again."""
        change = {"painted_seq": self.seq, "shown": dict(self.payload), "painted_at": now}
        db.session.execute(update(_cards).where(_cards.c.id == self.card_id).values(**change))
        if seq_of(self.message) > self.seq:
            row = held.row
            _enqueue_paint(self.card_id, row.subject_key, row.member_id, row.channel, f"late:{row.id}", now)

    def came_late(self, held: Held, now: datetime) -> None:
        """Another worker painted meanwhile and ours came after: nobody knows which face stands there, so paint again."""
        with atomic():
            db.session.execute(update(_cards).where(_cards.c.id == self.card_id).values(shown=UNKNOWN))
            row = held.row
            _enqueue_paint(self.card_id, row.subject_key, row.member_id, row.channel, f"late:{row.id}:{row.lease}", now)


def painting(row: AnyRow, now: datetime) -> Painting | None:
    """What a paint job would do, or None if the card already shows it, is gone, or stands before somebody who left."""
    card = db.session.execute(select(_cards).where(_cards.c.id == row.args["card"])).one_or_none()
    if card is None:
        return None
    message = db.session.execute(select(_messages).where(_messages.c.id == card.message_id)).one()
    repaint = kinds[card.kind].repaint
    if repaint is None:
        return None
    seq = seq_of(message)
    recipient, reader = identity.recipient_of(card.member_id)
    if card.member_id is not None and (recipient is None or not recipient.active):
        return None
    several = members_of(message.channel)
    rendered = repaint(Envelope(card.subject_key, message.args, recipient, reader, now, message.id, several))
    if rendered is None or rendered.as_payload() == card.shown:
        return None
    payload = {**rendered.as_plain_payload(), "blocks": []} if row.plain else rendered.as_payload()
    return Painting(card.id, Posted(card.channel, card.ts), payload, seq, message)


def forget(card_id: int) -> None:
    """The message is gone from Slack, or out of our reach."""
    db.session.execute(delete(_cards).where(_cards.c.id == card_id))


def _enqueue_paint(
    card_id: int, subject: str, member: int | None, channel: str | None, cause: str, now: datetime
) -> None:
    insert_once(
        _messages, delivery_id=uuid.uuid4().hex, dedupe_key=f"paint:{card_id}:{cause}", kind=PAINT, subject_key=subject,
        member_id=member, channel=channel, lane=lane_of(member, channel), args={"card": card_id}, state=PENDING,
        due_at=now, created_at=now,
    )  # fmt: skip
