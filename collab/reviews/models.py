"""Table of business reviews: the figures as they were taken, what both sides wrote about them, and since when it is closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment
from collab.kernel.keys import key_of

PREFIX = "QR"
_DRAFT, _QUARTER = text("state = 'draft'"), text("quarter is not null")


class Review(Base):
    """One review. `content` are its figures, taken at `taken_at` and sealed by `content_hash`, which its audit chain holds too;
    `quarter` is a code such as FY2026-Q3, None for one that was asked for in between. `freezes_at`: then it closes by itself."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'frozen')", name="state_known"),
        CheckConstraint("(state = 'frozen') = (frozen_at is not null)", name="frozen_has_time"),
        CheckConstraint("until_on >= from_on", name="days_ordered"),
        CheckConstraint("(cmo_words is null) = (cmo_at is null)", name="cmo_words_dated"),
        CheckConstraint("(cio_words is null) = (cio_at is null)", name="cio_words_dated"),
        Index("uq_reviews_quarter", "quarter", unique=True, sqlite_where=_QUARTER, postgresql_where=_QUARTER),
        Index("ix_reviews_freezes_at", "freezes_at", sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    quarter: Mapped[str | None]
    from_on: Mapped[date]
    until_on: Mapped[date]
    taken_at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[Any] = mapped_column(Json)
    content_hash: Mapped[str]
    cmo_words: Mapped[str | None]
    cmo_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    cmo_at: Mapped[datetime | None] = mapped_column(Moment)
    cio_words: Mapped[str | None]
    cio_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    cio_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    freezes_at: Mapped[datetime] = mapped_column(Moment)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def key(self) -> str:
        """`QR-2`."""
        return key_of(PREFIX, self.id)
