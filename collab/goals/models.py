"""A goal: what the company wants to be true for the customer, and who answers for it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

STATES = ("candidate", "draft", "accepted", "active", "paused", "closed")


class Goal(Base):
    """A shared customer-experience goal."""

    __tablename__ = "goals"
    __table_args__ = (
        CheckConstraint(
            "state in ('candidate', 'draft', 'accepted', 'active', 'paused', 'closed')", name="state_known"
        ),
        CheckConstraint("length(title) > 0", name="title_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    target: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    state: Mapped[str] = mapped_column(default="draft")
    created_at: Mapped[datetime] = mapped_column(Moment)
