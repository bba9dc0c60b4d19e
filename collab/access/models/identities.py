"""Whose an account at an identity provider is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


class Identity(Base):
    """An account at a provider that is a member's: (issuer, subject), bound at the first sign-in by the verified address it then
    had. Afterwards the subject alone counts: an address that changes, or passes to somebody else, moves nothing."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("member_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    email: Mapped[str]
    bound_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class SpentSignIn(Base):
    """An answer of a provider that was used: it opens nothing a second time, whatever cookie comes with it. Kept an hour."""

    __tablename__ = "spent_sign_ins"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(Moment)
