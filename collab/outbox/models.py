"""The seam between deciding and speaking: what is to be said, each attempt to say it, and where cards stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

PENDING, SENDING, SENT, UNCERTAIN, BROKEN, SUPERSEDED = (
    "pending",
    "sending",
    "sent",
    "uncertain",
    "broken",
    "superseded",
)
OPEN = (PENDING, SENDING, UNCERTAIN)


class Message(Base):
    """One thing to tell one recipient. Written in the transaction of its cause; rendered when first leased."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("delivery_id"),
        CheckConstraint(
            "state in ('pending', 'sending', 'sent', 'uncertain', 'broken', 'superseded')", name="state_known"
        ),
        CheckConstraint("(state in ('sent', 'broken', 'superseded')) = (settled_at is not null)", name="settled_has_time"),
        CheckConstraint("(member_id is null) <> (channel is null) or kind = 'cards.repaint'", name="one_recipient"),
        Index("ix_outbox_messages_due", "due_at",
              sqlite_where=text("state in ('pending', 'sending', 'uncertain')"),
              postgresql_where=text("state in ('pending', 'sending', 'uncertain')")),
        Index("ix_outbox_messages_member_id_id", "member_id", "id"),
        Index("ix_outbox_messages_subject_key", "subject_key"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    dedupe_key: Mapped[str]
    kind: Mapped[str]
    subject_key: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str | None]
    args: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(default=PENDING)
    due_at: Mapped[datetime] = mapped_column(Moment)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    payload: Mapped[Any | None] = mapped_column(Json)
    problem: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """One call to Slack, committed before it is made, so that a dead worker's call is never taken for unsent."""

    __tablename__ = "outbox_attempts"
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id"))
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None]
    problem: Mapped[str | None]


class Card(Base):
    """Where a subject's card stands in Slack, so that every one is repainted when the subject moves on."""

    __tablename__ = "outbox_cards"
    __table_args__ = (
        UniqueConstraint("channel", "ts"),
        UniqueConstraint("message_id"),
        Index("ix_outbox_cards_subject_key", "subject_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id"))
    subject_key: Mapped[str]
    kind: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str]
    ts: Mapped[str]
    painted_seq: Mapped[int]
    shown: Mapped[Any] = mapped_column(Json)
    painted_at: Mapped[datetime] = mapped_column(Moment)


class Beacon(Base):
    """The last time a sweep finished: how `/status` knows that somebody is working."""

    __tablename__ = "outbox_beacons"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
