"""Reviews of who has access: a dated round, one line for everybody who could do something on that day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_OPEN, _UNDONE = text("state = 'open'"), text("verdict is null")


class AccessReview(Base):
    """One round. Signed off by somebody other than who began it, it is frozen: `hash` seals every line as it was then."""

    __tablename__ = "access_reviews"
    __table_args__ = (
        CheckConstraint("state in ('open', 'signed')", name="state_known"),
        CheckConstraint("signed_by_id <> begun_by_id", name="second_person"),
        CheckConstraint("(state = 'signed') = (signed_at is not null and signed_by_id is not null and hash is not null)",
                        name="signed_whole"),
        Index("uq_access_reviews_open", "state", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="open")
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    remind_at: Mapped[datetime] = mapped_column(Moment)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    hash: Mapped[str | None]

    @property
    def key(self) -> str:
        """How the trail of audit calls it: `AR-3`."""
        return f"AR-{self.id}"


class ReviewLine(Base):
    """Somebody in a round: what they could do on its day (`facts`), what stood out (`flags`), who looks (None: any other admin),
    and what that one said."""

    __tablename__ = "access_review_lines"
    __table_args__ = (
        UniqueConstraint("review_id", "member_id"),
        CheckConstraint("verdict in ('keep', 'remove')", name="verdict_known"),
        CheckConstraint("judged_by_id <> member_id", name="not_oneself"),
        CheckConstraint("reviewer_id <> member_id", name="reviewed_by_another"),
        CheckConstraint("verdict <> 'remove' or note is not null", name="removal_reasoned"),
        CheckConstraint("(verdict is null) = (judged_at is null) and (verdict is null) = (judged_by_id is null)",
                        name="judged_whole"),
        Index("ix_access_review_lines_undone", "reviewer_id", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("access_reviews.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    facts: Mapped[Any] = mapped_column(Json)
    flags: Mapped[Any] = mapped_column(Json)
    verdict: Mapped[str | None]
    note: Mapped[str | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    judged_at: Mapped[datetime | None] = mapped_column(Moment)
