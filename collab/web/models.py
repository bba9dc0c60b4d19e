"""The web's own table: answers kept for callers who repeat a write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Repeat(Base):
    """A write made under an `Idempotency-Key`, with its answer once there is one."""

    __tablename__ = "web_repeats"
    __table_args__ = (UniqueConstraint("member_id", "key"), Index("ix_web_repeats_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int]
    key: Mapped[str]
    fingerprint: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int | None]
    headers: Mapped[Any | None] = mapped_column(Json)
    answer: Mapped[str | None]
