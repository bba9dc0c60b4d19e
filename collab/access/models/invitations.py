"""The tables of guests: who was invited, until when they may come, and the links with which they come back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_OPEN = text("accepted_at is null and revoked_at is null")
_WAITING = text("mail_at is not null")


class Invitation(Base):
    """Somebody of a partner was asked to come as a guest, until the end of a day. Of the code only its hash is kept; `keys` are
    what will be shared with them. `mailed_at`: the mail server took the letter; else the inviter passes the link on."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale in ('en', 'ja')", name="locale_known"),
        CheckConstraint("accepted_at is null or revoked_at is null", name="one_end"),
        CheckConstraint("(accepted_at is null) = (member_id is null)", name="accepted_by_somebody"),
        Index("uq_invitations_open", "email", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_invitations_invited_by_id", "invited_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    email: Mapped[str]
    name: Mapped[str]
    partner_code: Mapped[str] = mapped_column(ForeignKey("partners.code"))
    locale: Mapped[str]
    until_on: Mapped[date]
    keys: Mapped[Any] = mapped_column(Json)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Stay(Base):
    """Until the end of which day (in the company's zone) a guest may come, and who answers for them. `warned_on` is the last
    day about whose coming the inviter was told."""

    __tablename__ = "guest_stays"
    __table_args__ = (Index("ix_guest_stays_invited_by_id", "invited_by_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    until_on: Mapped[date]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    began_at: Mapped[datetime] = mapped_column(Moment)
    warned_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInLink(Base):
    """A guest asked for a link to sign in with. The code is made when the letter is written, and only its hash is kept.

    `mail_at` is when the letter is to be handed over, None when nothing is to be sent (any more). Whoever asks for an address
    nobody has leaves a row without a member: both take the same work.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        CheckConstraint("mail_at is null or member_id is not null", name="mailed_to_somebody"),
        CheckConstraint("(code_hash is null) = (expires_at is null)", name="code_expires"),
        Index("ix_sign_in_links_mail_at", "mail_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_sign_in_links_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    code_hash: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    mail_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
