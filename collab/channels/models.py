"""Channels of the workspace that belong to a department or to the leaders together, and what each wants to hear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_OPEN = text("closed_at is null")


class Channel(Base):
    """A Slack channel somebody connected: with a department, or with the leaders of both sides (CMO and CIO) together.

    `kinds` are the kinds of subject it shows cards of; `details` where news of them go: as replies below the card
    (`thread`), there and in the channel (`channel`), or nowhere (`none`). `mentions` is whether who must act is named so
    that Slack tells them. The digest comes at a local minute of a weekday (0 is Monday) in `zone`. `closed_at`: it was
    disconnected, or Slack has closed it (`closed_why`).
    """

    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("purpose in ('department', 'leaders')", name="purpose_known"),
        CheckConstraint("(purpose = 'department') = (department_code is not null)", name="department_named"),
        CheckConstraint("details in ('thread', 'channel', 'none')", name="details_known"),
        CheckConstraint("locale in ('en', 'ja')", name="locale_known"),
        CheckConstraint("digest_weekday between 0 and 6", name="digest_weekday_known"),
        CheckConstraint("digest_minute between 0 and 1439", name="digest_minute_of_a_day"),
        Index("uq_channels_open", "team_id", "channel_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_channels_department_code", "department_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[str]
    channel_id: Mapped[str]
    name: Mapped[str]
    purpose: Mapped[str]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    locale: Mapped[str]
    zone: Mapped[str]
    kinds: Mapped[Any] = mapped_column(Json)
    details: Mapped[str] = mapped_column(default="thread")
    mentions: Mapped[bool] = mapped_column(default=True)
    digest: Mapped[bool] = mapped_column(default=True)
    digest_weekday: Mapped[int] = mapped_column(default=0)
    digest_minute: Mapped[int] = mapped_column(default=540)
    connected_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    connected_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_why: Mapped[str | None]


class Wish(Base):
    """What a channel wants to hear of one subject: everything (`follow`), or nothing (`mute`)."""

    __tablename__ = "channel_wishes"
    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        CheckConstraint("wish in ('follow', 'mute')", name="wish_known"),
        Index("ix_channel_wishes_key", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    key: Mapped[str]
    wish: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(Moment)
