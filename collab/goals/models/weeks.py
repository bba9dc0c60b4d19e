"""How goals stood when a week ended: what "since last week" is compared with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Exact, Moment


class Week(Base):
    """One goal at the end of one ISO week ("2026-W47") of the company's zone: its progress and status, written once and never
    corrected, so that an issue of the digest says the same whenever it is read.

    `broken`: a figure was where it may never be. `by_id` is the one member who said and measured everything that week; None
    where that was nobody, a machine, or several.
    """

    __tablename__ = "goal_weeks"
    __table_args__ = (
        CheckConstraint("status in ('on_track', 'at_risk', 'off_track')", name="status_known"),
    )  # fmt: skip

    week: Mapped[str] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    progress: Mapped[Decimal | None] = mapped_column(Exact)
    status: Mapped[str | None]
    broken: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    taken_at: Mapped[datetime] = mapped_column(Moment)
