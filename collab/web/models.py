"""The web's own tables: answers kept for callers who repeat a write, and forms that are being filled in."""

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


class Draft(Base):
    """What a member has typed into a form so far. `form` is the form's name, `mark` the page it was typed on, `seen` the
    version of what it is about; without `fields` the form was sent from that page."""

    __tablename__ = "web_drafts"
    __table_args__ = (UniqueConstraint("member_id", "form"), Index("ix_web_drafts_saved_at", "saved_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int]
    form: Mapped[str]
    mark: Mapped[str]
    seen: Mapped[str]
    fields: Mapped[Any | None] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment)
