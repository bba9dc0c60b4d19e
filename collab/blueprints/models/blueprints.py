"""The blueprint itself: one of an initiative, its signed versions, what cites them, and how far reality drifted from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Blueprint(Base):
    """The working copy of a blueprint. `version` is the one being written; what is put before both leads is frozen on a sheet
    (`collab.signatures`, paper `blueprint`) and `signed_version` is the newest both signed: only that one is cited."""

    __tablename__ = "blueprints"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_counted"),
        CheckConstraint("signed_version between 1 and version", name="signed_was_written"),
        CheckConstraint("revision >= 0", name="revision_counted"),
    )

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    signed_version: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)
    """Counts every change of the working copy: a writer says which one they saw."""
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Citation(Base):
    """Something that rests on a signed version."""

    __tablename__ = "blueprint_citations"
    __table_args__ = (
        UniqueConstraint("initiative_id", "version", "subject_key"),
        Index("ix_blueprint_citations_subject_key", "subject_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    version: Mapped[int]
    subject_key: Mapped[str]
    cited_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    cited_at: Mapped[datetime] = mapped_column(Moment)


class Drift(Base):
    """What a quarter's look at reality found: frozen the day it was made. `quarter` is `FY2026-Q3`, the one it reports on."""

    __tablename__ = "blueprint_drifts"

    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
