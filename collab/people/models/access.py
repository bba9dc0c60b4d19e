"""How a member gets in: sessions and tokens (only their hashes are kept), and which Slack account is theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Session(Base):
    """A signed-in browser; revoked at once by its owner, an admin, or deactivation."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_member_id", "member_id"),)

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    browser: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class Token(Base):
    """A bearer token for the API. One with a `scope` is a machine's: it does that one thing for its owner, and nothing else
    (`measurements`: measure and read the goals named in `limited_to`, or all its owner may)."""

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("scope in ('measurements')", name="scope_known"),
        Index("ix_tokens_member_id", "member_id"),
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


class SlackAccount(Base):
    """A Slack account (team and user) that is a member's."""

    __tablename__ = "slack_accounts"
    __table_args__ = (UniqueConstraint("member_id", "team_id"),)

    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    linked_at: Mapped[datetime] = mapped_column(Moment)
    linked_by: Mapped[str]


class LinkCode(Base):
    """A single-use code that ties a Slack account to whoever opens it signed in."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[str]
    user_id: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SlackStranger(Base):
    """A Slack account that is no member's: it spoke to us, or was disconnected. `why` it is nobody's is a reason of
    `people.rules.REASONS`; `times` is how often it spoke. Dismissed ones are kept and not shown."""

    __tablename__ = "slack_strangers"
    __table_args__ = (CheckConstraint("times >= 0", name="times_counted"),)

    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    handle: Mapped[str]
    email: Mapped[str]
    why: Mapped[str]
    times: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    dismissed_at: Mapped[datetime | None] = mapped_column(Moment)
    dismissed_by: Mapped[str | None]


class SlackLookup(Base):
    """The last time Slack was asked for a member's account in vain, so that it is not asked again for every message."""

    __tablename__ = "slack_lookups"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    why: Mapped[str]
    looked_at: Mapped[datetime] = mapped_column(Moment)
