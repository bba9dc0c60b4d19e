"""The audit trail: append-only, one chain of hashes per subject."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Entry(Base):
    """Who did what to which subject, for whom, why, and what changed. Triggers refuse update and delete."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("subject_key", "seq"),
        CheckConstraint("seq > 0", name="seq_positive"),
        Index("ix_audit_entries_at", "at"),
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


class Anchor(Base):
    """A day on which the heads of all chains were written away from this database."""

    __tablename__ = "audit_anchors"

    on: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    subjects: Mapped[int]
    digest: Mapped[str]
