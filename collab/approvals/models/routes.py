"""Versions of the route book, and proposals of new ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class RouteVersion(Base):
    """One version of the route book; the newest is in force, no round ever changes its own."""

    __tablename__ = "route_versions"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    files: Mapped[Any] = mapped_column(Json)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str]


class RouteProposal(Base):
    """Route files somebody wants in force; they count once a second person has taken them."""

    __tablename__ = "route_proposals"
    __table_args__ = (
        CheckConstraint("state in ('open', 'taken', 'declined', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided_has_time"),
        CheckConstraint("state <> 'taken' or decided_by_id <> proposed_by_id", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    files: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("route_versions.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(default="open")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str | None]
