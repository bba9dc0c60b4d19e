"""Where each subject's cards stand in Slack, and keeping every one of them true."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update

from collab.kernel.db import AnyRow, db, insert_once
from collab.outbox.models import PENDING, Card, Message
from collab.outbox.registry import Envelope, kinds
from collab.slack import identity
from collab.slack.client import Posted, transport
from collab.subjects.queries import audit_seq

REPAINT, PAINT = "cards.repaint", "cards.paint"
_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]


def seq_of(subject_key: str) -> int:
    """How far the subject has come; a card painted at an earlier one is out of date."""
    return audit_seq(subject_key)


def keep(row: AnyRow, posted: Posted, payload: Mapping[str, Any], seq: int, now: datetime) -> None:
    """Remember a card just posted. If its subject moved on while it was being posted, have it repainted."""
    values = {
        "message_id": row.id, "subject_key": row.subject_key, "kind": row.kind, "member_id": row.member_id,
        "channel": posted.channel, "ts": posted.ts, "painted_seq": seq, "shown": dict(payload), "painted_at": now,
    }  # fmt: skip
    card_id = db.session.scalar(insert(_cards).values(**values).returning(_cards.c.id))
    if seq_of(row.subject_key) > seq and card_id is not None:
        _enqueue_paint(card_id, row.subject_key, row.member_id, row.channel, f"late:{row.id}", now)


def fan_out(subject_key: str, cause: int, now: datetime) -> None:
    """One paint job per card of the subject, each once per cause."""
    for card in db.session.execute(select(_cards).where(_cards.c.subject_key == subject_key)).all():
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

    @property
    def channel(self) -> str:
        """Where it stands."""
        return self.at.channel

    def make(self) -> Posted:
        """Call Slack."""
        transport().update(self.at, self.payload)
        return self.at

    def remember(self, _row: AnyRow, _posted: Posted, now: datetime) -> None:
        """Keep what the card shows now."""
        change = {"painted_seq": self.seq, "shown": dict(self.payload), "painted_at": now}
        db.session.execute(update(_cards).where(_cards.c.id == self.card_id).values(**change))


def painting(row: AnyRow, now: datetime) -> Painting | None:
    """What a paint job would do, or None if the card already shows it."""
    card = db.session.execute(select(_cards).where(_cards.c.id == row.args["card"])).one()
    repaint = kinds[card.kind].repaint
    if repaint is None:
        return None
    seq = seq_of(card.subject_key)
    recipient, reader = identity.recipient_of(card.member_id)
    original = db.session.scalars(select(_messages.c.args).where(_messages.c.id == card.message_id)).one()
    rendered = repaint(Envelope(card.subject_key, original, recipient, reader, now))
    if rendered is None or rendered.as_payload() == card.shown:
        return None
    return Painting(card.id, Posted(card.channel, card.ts), rendered.as_payload(), seq)


def _enqueue_paint(
    card_id: int, subject: str, member: int | None, channel: str | None, cause: str, now: datetime
) -> None:
    insert_once(
        _messages, delivery_id=uuid.uuid4().hex, dedupe_key=f"paint:{card_id}:{cause}", kind=PAINT, subject_key=subject,
        member_id=member, channel=channel, args={"card": card_id}, state=PENDING, attempts=0, due_at=now, created_at=now,
    )  # fmt: skip
