"""Which Slack account is whose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


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
