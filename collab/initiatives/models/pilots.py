"""A pilot of an initiative: what it may cost, until when, and what both sides said at its end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_RUNNING = text("ended_at is null")
_UNASKED = text("asked_at is null and ended_at is null")


class Pilot(Base):
    """One pilot. `ends_at` is the closing of its last day; whoever has not said "scale" by then has said "stop". `verdict` is
    `scale`, `stop` or `silence`. From `asks_at` both leads are asked to vote, by `due_at`; `asked_at` is when they were."""

    __tablename__ = "initiative_pilots"
    __table_args__ = (
        CheckConstraint("cap_minor > 0", name="cap_positive"),
        CheckConstraint("verdict in ('scale', 'stop', 'silence')", name="verdict_known"),
        CheckConstraint("(ended_at is null) = (verdict is null)", name="ended_with_verdict"),
        Index("uq_initiative_pilots_running", "initiative_id", unique=True, sqlite_where=_RUNNING,
              postgresql_where=_RUNNING),
        Index("ix_initiative_pilots_ends_at", "ends_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_initiative_pilots_asks_at", "asks_at", sqlite_where=_UNASKED, postgresql_where=_UNASKED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    cap_minor: Mapped[int] = mapped_column(BigInteger())
    currency: Mapped[str]
    question: Mapped[str]
    """What the pilot is to find out, by what both sides will judge it."""
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    ends_on: Mapped[date]
    ends_at: Mapped[datetime] = mapped_column(Moment)
    asks_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str | None]


class Vote(Base):
    """What one side said of a pilot; it may say something else until the pilot ends."""

    __tablename__ = "initiative_votes"
    __table_args__ = (
        UniqueConstraint("pilot_id", "side"),
        UniqueConstraint("pilot_id", "member_id"),
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint("choice in ('scale', 'stop')", name="choice_known"),
        CheckConstraint("choice <> 'stop' or reason is not null", name="stop_reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("initiative_pilots.id"))
    side: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    choice: Mapped[str]
    reason: Mapped[str | None]
    voted_at: Mapped[datetime] = mapped_column(Moment)
