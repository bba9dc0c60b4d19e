"""Tables of signatures: a frozen sheet of paper, and the two seats on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_OPEN = text("signed_at is null")
_IN_FORCE = text("state <> 'void'")


class Sheet(Base):
    """One version of a paper as it was put before its signers: `content` is frozen, `hash` is of its canonical form. `paper` says
    which paper of the subject it is (`charter`, `blueprint`, `definition-3`). A sheet that is void keeps what was signed on it:
    it is a record, and counts no more."""

    __tablename__ = "signature_sheets"
    __table_args__ = (
        UniqueConstraint("subject_key", "paper", "version"),
        CheckConstraint("state in ('open', 'valid', 'void')", name="state_known"),
        CheckConstraint("version >= 1", name="version_counted"),
        CheckConstraint("state <> 'valid' or valid_at is not null", name="valid_has_time"),
        CheckConstraint("(state = 'void') = (voided_at is not null)", name="void_has_time"),
        CheckConstraint("(state = 'void') = (void_reason is not null)", name="void_reasoned"),
        Index(
            "ix_signature_sheets_in_force", "subject_key", "paper", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    paper: Mapped[str]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[str]
    laid_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    laid_at: Mapped[datetime] = mapped_column(Moment)
    valid_at: Mapped[datetime | None] = mapped_column(Moment)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    void_reason: Mapped[str | None]


class Signature(Base):
    """One of the two seats on a sheet: whose it is, and since when it is signed. Nobody sits on both."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("sheet_id", "side"),
        UniqueConstraint("sheet_id", "member_id"),
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint("source in ('web', 'slack', 'api')", name="source_known"),
        CheckConstraint("(signed_at is null) = (source is null)", name="signed_somewhere"),
        Index("ix_signatures_member_id", "member_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("signature_sheets.id"))
    side: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    due_at: Mapped[datetime] = mapped_column(Moment)
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    source: Mapped[str | None]
