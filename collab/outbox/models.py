"""The seam between deciding and speaking: what is to be said, each attempt to say it, and where cards stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment
from collab.outbox.rules.moves import PENDING

_OPEN = "state in ('pending', 'leased', 'waiting', 'sending', 'uncertain')"


class Message(Base):
    """One thing to tell one recipient. Written in the transaction of its cause; rendered when it is about to be sent.

    `lane` is whom it disturbs (pace is kept per lane), `lease` the worker that holds it until `leased_until`, `attempts`
    counts calls to Slack, `strikes` the ends that were nobody's pause (lost answers, unknown errors, failures to render),
    `looks` how often its delivery was looked for since its last lost answer. A message in a bundle names the one that
    carries it. `held` waits for a bundle, `plain` goes without blocks, `repeated` says so in its words. `quiet_until` is the
    end of its recipient's quiet time that it waited for last. `reply`: it goes below the channel's card of its subject, in the
    thread alone or (`channel`) in the channel, too.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("delivery_id"),
        CheckConstraint(
            "state in ('pending', 'leased', 'waiting', 'sending', 'uncertain', 'sent', 'broken', 'superseded')",
            name="state_known",
        ),
        CheckConstraint("(state in ('sent', 'broken', 'superseded')) = (settled_at is not null)", name="settled_has_time"),
        CheckConstraint("state not in ('leased', 'sending') or leased_until is not null", name="held_by_somebody"),
        CheckConstraint("(member_id is null) <> (channel is null) or kind = 'cards.repaint'", name="one_recipient"),
        CheckConstraint("reply in ('thread', 'channel')", name="reply_known"),
        Index("ix_outbox_messages_due", "due_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_outbox_messages_lane_settled_at", "lane", "settled_at"),
        Index("ix_outbox_messages_member_id_id", "member_id", "id"),
        Index("ix_outbox_messages_subject_key", "subject_key"),
        Index("ix_outbox_messages_broken", "id", sqlite_where=text("state = 'broken'"), postgresql_where=text("state = 'broken'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    dedupe_key: Mapped[str]
    kind: Mapped[str]
    subject_key: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[str | None]
    lane: Mapped[str]
    args: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(default=PENDING)
    urgent: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    strikes: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool] = mapped_column(default=False)
    plain: Mapped[bool] = mapped_column(default=False)
    repeated: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str | None]
    quiet_until: Mapped[datetime | None] = mapped_column(Moment)
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id"))
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


class Lane(Base):
    """How fast one recipient, or one method of Slack's, may be spoken to: the next free moment, and a pause Slack asked for.

    The generic cell rate algorithm (ITU-T I.371) in one column: `free_at` moves on by one interval with each call.
    """

    __tablename__ = "outbox_lanes"

    key: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime] = mapped_column(Moment)
    closed_until: Mapped[datetime | None] = mapped_column(Moment)


class Gate(Base):
    """Why nothing at all is sent: an operator's pause, or a workspace that refuses us. The row is there while it is shut."""

    __tablename__ = "outbox_gates"
    __table_args__ = (CheckConstraint("name in ('operator', 'workspace')", name="name_known"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime] = mapped_column(Moment)
    probe_at: Mapped[datetime | None] = mapped_column(Moment)
    probes: Mapped[int] = mapped_column(default=0)


class Beacon(Base):
    """The last time a sweep finished: how `/status` knows that somebody is working."""

    __tablename__ = "outbox_beacons"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
