"""A round is one submission with its frozen route; a seat carries the decision taken on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

UNCLOCKED = (
    "(state = 'waiting' and (clock_at is null or clock_at <> due_at)) or (state <> 'waiting' and clock_at is not null)"
)
"""Seats whose clock does not say what the seat says: not started, another moment, or running for nothing."""
_OPEN = "state in ('planned', 'waiting')"
_LIVE = "voided_at is null"
_DECIDED = "state in ('approved', 'returned', 'rejected', 'answered')"


class Round(Base):
    """One submission of a subject to its end or return. `version` is the guard of every change.

    `content` is what was submitted; `resume` is what whoever sent it back chose: earlier decisions stand (`here`) or
    everybody is asked anew (`again`). `step` is the first step that is open, or the last one that was.
    """

    __tablename__ = "approval_rounds"
    __table_args__ = (
        UniqueConstraint("subject_key", "number"),
        Index("uq_approval_rounds_one_open", "subject_key", unique=True,
              sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
        CheckConstraint("state in ('pending', 'approved', 'returned', 'rejected', 'withdrawn', 'revoked')", name="state_known"),
        CheckConstraint("(state = 'pending') = (ended_at is null)", name="ended_has_time"),
        CheckConstraint("resume in ('here', 'again')", name="resume_known"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="pending")
    step: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    content_version: Mapped[int]
    requester_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    barred: Mapped[Any] = mapped_column(Json)
    route: Mapped[Any] = mapped_column(Json)
    route_version_id: Mapped[int] = mapped_column(ForeignKey("route_versions.id"))
    content: Mapped[Any | None] = mapped_column(Json)
    resume: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Seat(Base):
    """Somebody's seat in a step, and what they decided on it. Nobody sits twice in one step, so never two keys.

    `instead_of_id` is whose seat it is when somebody else sits on it, `through_id` who held it last before them; `lead_of`
    is the department whose lead the route named; `decided_by_id` is who decided for the holder under a delegation, or who
    approved over them, at `lifted_at`.
    `clock_at` is the due moment the escalation engine was told. A seat asked anew is a new row with the next `turn`, the
    old one keeps its decision and is `voided_at`. `carried_from_id` is the earlier round's seat whose decision stands.
    """

    __tablename__ = "approval_seats"
    __table_args__ = (
        Index("uq_approval_seats_place", "round_id", "step", "position", unique=True,
              sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)),
        Index("uq_approval_seats_person", "round_id", "step", "member_id", unique=True,
              sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)),
        CheckConstraint(
            "state in ('planned', 'waiting', 'approved', 'returned', 'rejected', 'answered', 'passed', 'lifted', 'closed')",
            name="state_known",
        ),
        CheckConstraint(f"({_DECIDED}) = (decided_at is not null)", name="decided_has_time"),
        CheckConstraint("state not in ('returned', 'rejected') or length(comment) > 0", name="refusal_has_reason"),
        CheckConstraint("(state = 'lifted') = (lifted_at is not null)", name="lifted_has_time"),
        CheckConstraint("(state = 'answered') = (opinion is not null)", name="answer_has_opinion"),
        CheckConstraint(
            "opinion in ('agree', 'opinion', 'disagree', 'better', 'unchanged', 'worse')", name="opinion_known"
        ),
        CheckConstraint("opinion not in ('opinion', 'disagree', 'worse') or length(comment) > 0", name="opinion_has_words"),
        CheckConstraint(
            "(held_at is null) = (held_until is null) and (held_at is null) = (held_reason is null)", name="hold_is_whole"
        ),
        Index("ix_approval_seats_round_id", "round_id"),
        Index("ix_approval_seats_waiting", "member_id",
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_approval_seats_member_id", "member_id"),
        Index("ix_approval_seats_decided_by_id", "decided_by_id",
              sqlite_where=text("decided_by_id is not null"), postgresql_where=text("decided_by_id is not null")),
        Index("ix_approval_seats_held_until", "held_until",
              sqlite_where=text("held_until is not null"), postgresql_where=text("held_until is not null")),
        Index("ix_approval_seats_unclocked", "id", sqlite_where=text(UNCLOCKED), postgresql_where=text(UNCLOCKED)),
        Index("ix_approval_seats_open", "member_id", "instead_of_id", "office", "lead_of",
              sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_rounds.id"))
    step: Mapped[int]
    position: Mapped[int]
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str | None]
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    through_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lead_of: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    state: Mapped[str] = mapped_column(default="planned")
    opinion: Mapped[str | None]
    stage: Mapped[str | None]
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str | None]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("approval_seats.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    held_reason: Mapped[str | None]
    held_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    clock_at: Mapped[datetime | None] = mapped_column(Moment)
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
