"""Check-ins, and how often a department makes them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Exact, Moment


class CheckIn(Base):
    """One check-in (進捗確認). `status` is what its author says; where that is not what the figures suggested, `reason` says
    why. Progress, expected and suggested status are kept as they were then. `side` is None for somebody who helps."""

    __tablename__ = "goal_checkins"
    __table_args__ = (
        CheckConstraint("confidence between 0 and 100 and confidence % 10 = 0", name="confidence_in_tens"),
        CheckConstraint("status in ('on_track', 'at_risk', 'off_track')", name="status_known"),
        CheckConstraint("status is null or status = suggested or length(reason) > 0", name="override_reasoned"),
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint("(acknowledged_at is null) = (acknowledged_by_id is null)", name="acknowledged_by_somebody"),
        Index("ix_goal_checkins_goal_id_at", "goal_id", "at"),
        Index("ix_goal_checkins_member_id_at", "member_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    side: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)
    confidence: Mapped[int | None]
    note: Mapped[str | None]
    status: Mapped[str | None]
    reason: Mapped[str | None]
    suggested: Mapped[str]
    progress: Mapped[Decimal | None] = mapped_column(Exact)
    expected: Mapped[Decimal | None] = mapped_column(Exact)
    no_change: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


class Rhythm(Base):
    """How often a department's owners check in: every so many weeks, on a weekday at an hour of each member's own zone.

    Skipped when they checked in within `fresh_days` before; a missed one has `grace_days` business days before its clock
    climbs. A department without a row has the company's (`config/goals.toml`).
    """

    __tablename__ = "goal_rhythms"
    __table_args__ = (
        CheckConstraint("every_weeks between 1 and 13", name="every_sane"),
        CheckConstraint("weekday between 0 and 6", name="weekday_known"),
        CheckConstraint("hour between 0 and 23", name="hour_known"),
        CheckConstraint("fresh_days between 0 and 90", name="fresh_sane"),
        CheckConstraint("grace_days between 0 and 20", name="grace_sane"),
    )

    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"), primary_key=True)
    every_weeks: Mapped[int]
    weekday: Mapped[int]
    hour: Mapped[int]
    fresh_days: Mapped[int]
    grace_days: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    set_at: Mapped[datetime] = mapped_column(Moment)
