"""The table of changes of controls: proposed by one person, confirmed by another, in force from a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.controls.rules import STATES
from collab.kernel.db import Base, Json, Moment
from collab.kernel.keys import key_of

PREFIX = "CC"
_RUNNING = text("state in ('open', 'confirmed')")


class ControlChange(Base):
    """One change. `before` is what it found when it was proposed; whoever confirms a change whose ground moved meanwhile is
    told so. `favours` are the members it gives something; `from_on` (none: at once) is its first day, in the company's zone."""

    __tablename__ = "control_changes"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(state) for state in STATES)})", name="state_known"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided_has_time"),
        CheckConstraint("(state = 'taken') = (taken_at is not null)", name="taken_has_time"),
        CheckConstraint("state not in ('confirmed', 'taken') or second_id is not null", name="second_named"),
        CheckConstraint("second_id <> proposed_by_id", name="second_person"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        Index("ix_control_changes_running", "id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    subject_key: Mapped[str]
    fields: Mapped[Any] = mapped_column(Json)
    before: Mapped[Any] = mapped_column(Json)
    after: Mapped[Any] = mapped_column(Json)
    favours: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str]
    from_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="open")
    version: Mapped[int] = mapped_column(default=1)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def key(self) -> str:
        """`CC-3`."""
        return key_of(PREFIX, self.id)
