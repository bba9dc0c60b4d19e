"""Calendars as imported versions: the newest version of a code is in force; older ones stay for the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class CalendarVersion(Base):
    """One imported calendar file."""

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("code", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    digest: Mapped[str]
    body: Mapped[Any] = mapped_column(Json)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str]
