"""What opens the door afterwards: a browser's session, a program's token. Only hashes are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Session(Base):
    """A signed-in browser; revoked at once by its owner, an admin, or deactivation. `proved_at` is when whoever sits there last
    showed to be its member, `way` how: at a provider (`company`, `guests`), by picking a name (`sample`), by a link."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_member_id", "member_id"),)

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    browser: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    way: Mapped[str | None]


class Token(Base):
    """A bearer token for the API. With a `scope` it does only that for its owner: `read` looks and changes nothing,
    `measurements` measures and reads the goals named in `limited_to`, or all its owner may. `used_on` is a day (UTC)."""

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("scope in ('measurements', 'read')", name="scope_known"),
        Index("ix_tokens_member_id", "member_id"),
        Index("ix_tokens_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    label: Mapped[str]
    scope: Mapped[str | None]
    limited_to: Mapped[Any | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used_on: Mapped[date | None]
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
