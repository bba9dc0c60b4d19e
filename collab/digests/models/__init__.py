"""Tables of the digest: how a member wants it, and every issue as it was put together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Choice(Base):
    """How a member wants the digest; whoever chose nothing has no row. `weekday` (0 is Monday), `minute` (local, after
    midnight) and `off` (the sections they do not want) are None where it is as the company says. `first_week` is the first
    of which an issue comes after they turned it on again.
    """

    __tablename__ = "digest_choices"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday_known"),
        CheckConstraint("minute between 0 and 1439", name="minute_of_a_day"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    weekday: Mapped[int | None]
    minute: Mapped[int | None]
    off: Mapped[Any | None] = mapped_column(Json)
    first_week: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Issue(Base):
    """One week's issue (号) for one member or channel: at most one each. `week` is the ISO week it reports on ("2026-W47").

    `content` is what was found when it was put together, the same for ever; `needs` is what needed the member when it was
    first said. One with nothing to say is `empty` and was never sent: the row says that somebody looked. `via` is how it
    arrived: Slack, mail, or on the web alone. One that goes by mail and has not gone yet is tried (again) at `mail_at`.
    """

    __tablename__ = "digest_issues"
    __table_args__ = (
        UniqueConstraint("member_id", "week"),
        UniqueConstraint("channel_id", "week"),
        CheckConstraint("(member_id is null) <> (channel_id is null)", name="one_recipient"),
        CheckConstraint("via in ('slack', 'mail', 'web')", name="via_known"),
        Index("ix_digest_issues_week", "week"),
        Index("ix_digest_issues_mail_at", "mail_at", sqlite_where=text("mail_at is not null"),
              postgresql_where=text("mail_at is not null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    empty: Mapped[bool] = mapped_column(default=False)
    content: Mapped[Any] = mapped_column(Json)
    needs: Mapped[Any | None] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
    via: Mapped[str | None]
    mail_at: Mapped[datetime | None] = mapped_column(Moment)
    said_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
