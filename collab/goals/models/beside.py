"""What is told beside a goal: who else helps, who took part in it, what was moved, what was talked over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_HELPS = text("removed_at is null")


class Contributor(Base):
    """Somebody else who helps; a guest sees a goal only by being one. `may_check_in`: they also measure and check in."""

    __tablename__ = "goal_contributors"
    __table_args__ = (
        Index("uq_goal_contributors_member", "goal_id", "member_id", unique=True, sqlite_where=_HELPS,
              postgresql_where=_HELPS),
        Index("ix_goal_contributors_member_id", "member_id", sqlite_where=_HELPS, postgresql_where=_HELPS),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    may_check_in: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Taken(Base):
    """A member has read a goal and says what their part in it is."""

    __tablename__ = "goal_parts"
    __table_args__ = (CheckConstraint("length(part) > 0", name="part_in_words"),)

    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    part: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class Shift(Base):
    """A moved goalpost: what was changed on a running goal, or claimed against the figures; by whom, when and why."""

    __tablename__ = "goal_shifts"
    __table_args__ = (
        CheckConstraint(
            "kind in ('target', 'baseline', 'guard', 'metric', 'due', 'owners', 'late_edit', 'late_measurement', 'greener')",
            name="kind_known",
        ),
        Index("ix_goal_shifts_goal_id", "goal_id"),
        Index("ix_goal_shifts_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    metric_id: Mapped[int | None] = mapped_column(ForeignKey("goal_metrics.id"))
    kind: Mapped[str]
    before: Mapped[Any | None] = mapped_column(Json)
    after: Mapped[Any | None] = mapped_column(Json)
    reason: Mapped[str | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Discussion(Base):
    """Both owners saw things differently and one of them wrote down what they made of it."""

    __tablename__ = "goal_discussions"
    __table_args__ = (
        CheckConstraint("length(note) > 0", name="note_given"),
        Index("ix_goal_discussions_goal_id", "goal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    divergence: Mapped[int]
    note: Mapped[str]
