"""What stands beside a round and is no decision: reading, questions, conditions, requests to revoke."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


class Reading(Base):
    """Something to be read: after somebody decided over or for a member (後閲), in circulation (回覧), or a sampled check of
    what nobody was asked about. `confirm`: it stands in the inbox until it is confirmed."""

    __tablename__ = "approval_readings"
    __table_args__ = (
        UniqueConstraint("round_id", "member_id", "why"),
        CheckConstraint("why in ('view_after', 'circulate', 'after_review')", name="why_known"),
        Index("ix_approval_readings_member_id", "member_id"),
        Index("ix_approval_readings_unread", "member_id",
              sqlite_where=text("read_at is null"), postgresql_where=text("read_at is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_rounds.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    why: Mapped[str]
    confirm: Mapped[bool]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    note: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str | None]


class Question(Base):
    """Somebody who decides asks somebody without a seat (相談): no power goes with it, and the asker's clock keeps running."""

    __tablename__ = "approval_questions"
    __table_args__ = (
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered_has_time"),
        CheckConstraint("length(question) > 0", name="question_given"),
        Index("ix_approval_questions_asked_id", "asked_id"),
        Index("ix_approval_questions_open", "asked_id",
              sqlite_where=text("answered_at is null"), postgresql_where=text("answered_at is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_rounds.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    asked_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    question: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class Condition(Base):
    """A yes was given on a condition: who must do what by when, and whether ordering waits for it (発注前条件, 付帯条件)."""

    __tablename__ = "approval_conditions"
    __table_args__ = (
        UniqueConstraint("subject_key", "number"),
        CheckConstraint("state in ('open', 'met', 'waived', 'void')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended_has_time"),
        CheckConstraint("state <> 'waived' or length(note) > 0", name="waiver_has_reason"),
        Index("ix_approval_conditions_open", "owner_id",
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    number: Mapped[int]
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_rounds.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("approval_seats.id"))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str | None]
    text: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    due_on: Mapped[date]
    before_order: Mapped[bool]
    state: Mapped[str] = mapped_column(default="open")
    set_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    note: Mapped[str | None]


class Revocation(Base):
    """A request to revoke a decision (決裁取消): granted when everybody who took the decision says yes."""

    __tablename__ = "approval_revocations"
    __table_args__ = (
        CheckConstraint("state in ('open', 'granted', 'declined', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended_has_time"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        Index("uq_approval_revocations_open", "subject_key", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_rounds.id"))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    requested_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class RevocationVoice(Base):
    """One of those who must agree to a revocation, and what they said."""

    __tablename__ = "approval_revocation_voices"
    __table_args__ = (
        UniqueConstraint("revocation_id", "member_id"),
        CheckConstraint("answer in ('yes', 'no')", name="answer_known"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered_has_time"),
        Index("ix_approval_revocation_voices_open", "member_id",
              sqlite_where=text("answered_at is null"), postgresql_where=text("answered_at is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    revocation_id: Mapped[int] = mapped_column(ForeignKey("approval_revocations.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str | None]
    answer: Mapped[str | None]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
