"""Tables of the engine. A wait and its frozen policy are one row whose `next_at` says when to look at it again; who was told
what, when and why, or was skipped, is a row each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_RUNS = "state in ('waiting', 'climbing', 'acknowledged')"
_CLIMBED = "state in ('climbing', 'acknowledged', 'exhausted')"


class PolicyVersion(Base):
    """One version of the policy files; the newest is in force, what runs keeps its own."""

    __tablename__ = "escalation_policy_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    files: Mapped[Any] = mapped_column(Json)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str]


class Escalation(Base):
    """Somebody must act next, by a moment; and how far it has climbed since.

    `rung` is the next one to run (as many as there are rungs: the loop is over), `loop` the one under way, `heard` how many
    above the late person were told in it. `next_at` is the moment the next rung falls due, or an acknowledgement runs out.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'climbing', 'acknowledged', 'exhausted', 'ended')", name="state_known"),
        CheckConstraint("severity in ('normal', 'urgent', 'brand')", name="severity_known"),
        CheckConstraint(f"({_RUNS}) = (next_at is not null)", name="running_has_moment"),
        CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended_has_time"),
        CheckConstraint("(state = 'ended') = (end_reason is not null)", name="ended_has_reason"),
        CheckConstraint("state <> 'acknowledged' or acknowledged_by_id is not null", name="acknowledged_by_somebody"),
        CheckConstraint("state <> 'exhausted' or owner_id is not null", name="exhausted_has_owner"),
        CheckConstraint("(manual_by_id is null) = (manual_reason is null)", name="manual_has_reason"),
        CheckConstraint("rung >= 0 and loop > 0 and heard >= 0", name="counts_make_sense"),
        Index("ix_escalations_next_at", "next_at", sqlite_where=text("next_at is not null"),
              postgresql_where=text("next_at is not null")),
        Index("uq_escalations_open_key", "key", unique=True, sqlite_where=text("state <> 'ended'"),
              postgresql_where=text("state <> 'ended'")),
        Index("ix_escalations_climbed", "id", sqlite_where=text(_CLIMBED), postgresql_where=text(_CLIMBED)),
        Index("ix_escalations_key", "key"),
        Index("ix_escalations_subject_key", "subject_key"),
        Index("ix_escalations_late_id", "late_id", sqlite_where=text("state <> 'ended'"),
              postgresql_where=text("state <> 'ended'")),
        Index("ix_escalations_owner_id", "owner_id", sqlite_where=text("state = 'exhausted'"),
              postgresql_where=text("state = 'exhausted'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    subject_key: Mapped[str]
    watch: Mapped[str]
    severity: Mapped[str] = mapped_column(default="normal")
    state: Mapped[str] = mapped_column(default="waiting")
    policy: Mapped[Any] = mapped_column(Json)
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("escalation_policy_versions.id"))
    late_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    department: Mapped[str | None]
    other_department: Mapped[str | None]
    due_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    rung: Mapped[int] = mapped_column(default=0)
    loop: Mapped[int] = mapped_column(default=1)
    heard: Mapped[int] = mapped_column(default=0)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    manual_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    manual_reason: Mapped[str | None]
    manual_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None]


class Notice(Base):
    """Somebody was told at a rung, or was skipped and why. `slot` is the due moment it answers, `notice_at` when it could be
    read. The unique key is what makes a rung happen once, whatever clocks and workers do."""

    __tablename__ = "escalation_notices"
    __table_args__ = (
        UniqueConstraint("escalation_id", "rung", "member_id", "slot"),
        CheckConstraint("(skipped is null) = (notice_at is not null)", name="told_or_skipped"),
        CheckConstraint("member_id is not null or skipped is not null", name="told_is_somebody"),
        Index("ix_escalation_notices_subject_key", "subject_key"),
        Index("ix_escalation_notices_member_id_escalation_id", "member_id", "escalation_id"),
        Index("ix_escalation_notices_silence_at", "silence_at", sqlite_where=text("silence_at is not null"),
              postgresql_where=text("silence_at is not null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"))
    subject_key: Mapped[str]
    rung: Mapped[int]
    loop: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    slot: Mapped[str]
    why: Mapped[str]
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    skipped: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Moment)
    notice_at: Mapped[datetime | None] = mapped_column(Moment)
    silence_at: Mapped[datetime | None] = mapped_column(Moment)


class Silence(Base):
    """A time in which no sweep ran, being made up for. Open: what comes too often for one person is gathered into one note;
    `closed_at`: those notes are written, once."""

    __tablename__ = "escalation_silences"

    from_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    until_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
