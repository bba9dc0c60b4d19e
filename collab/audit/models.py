"""The audit trail: append-only, one chain of hashes per subject."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_RUNNING = text("state = 'running'")


class Entry(Base):
    """Who did what to which subject, for whom, why, and what changed. Triggers refuse update and delete. The `surface` it came
    through helps to find entries; it is no part of what is sealed."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("subject_key", "seq"),
        CheckConstraint("seq > 0", name="seq_positive"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_actor_at", "actor", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    acting_for: Mapped[str | None]
    verb: Mapped[str]
    reason: Mapped[str | None]
    before: Mapped[Any | None] = mapped_column(Json)
    after: Mapped[Any | None] = mapped_column(Json)
    details: Mapped[Any | None] = mapped_column(Json)
    previous_hash: Mapped[str]
    hash: Mapped[str]
    surface: Mapped[str | None]


class Anchor(Base):
    """A day on which the heads of all chains were written away from this database."""

    __tablename__ = "audit_anchors"

    on: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    subjects: Mapped[int]
    digest: Mapped[str]


class Check(Base):
    """A check of the whole trail, made some at a time: `next_key` is the last subject it has done, `up_to` the last entry there
    was when it was asked for, `anchored` whether it is compared with an anchor. Bad entries are `[subject, seq, problem]`."""

    __tablename__ = "audit_checks"
    __table_args__ = (
        CheckConstraint("state in ('running', 'holds', 'broken')", name="state_known"),
        CheckConstraint("(state = 'running') = (ended_at is null)", name="ended_has_time"),
        Index("uq_audit_checks_running", "state", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="running")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    up_to: Mapped[int]
    next_key: Mapped[str] = mapped_column(default="")
    subjects: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    anchored: Mapped[bool] = mapped_column(default=False)
    faults: Mapped[Any] = mapped_column(Json)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
