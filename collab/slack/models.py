"""The plumbing's own tables: what Slack told us and was heard once, which workspace and app our token belongs to, and what is
to be shown there besides messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment


class Event(Base):
    """An event that was handled; Slack sends it again until it hears that it was, sometimes twice at the same moment."""

    __tablename__ = "slack_events"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class Act(Base):
    """A command, press or submission that changed something. `key` is the message's own: the same one never counts twice."""

    __tablename__ = "slack_acts"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Installation(Base):
    """What Slack said a token belongs to, which never changes for that token; only the token's fingerprint is kept."""

    __tablename__ = "slack_installations"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[str]
    app_id: Mapped[str]
    enterprise_id: Mapped[str]
    learnt_at: Mapped[datetime] = mapped_column(Moment)


class Screen(Base):
    """Something Slack shows that is no message (somebody's Home tab, the preview of a link): showing it twice is harmless.

    `slot` names the place; `due_at` is when it is to be shown (None: nothing to do), `tries` counts calls that failed since
    it was last wanted.
    """

    __tablename__ = "slack_screens"
    __table_args__ = (
        Index("ix_slack_screens_due", "due_at", sqlite_where=text("due_at is not null"), postgresql_where=text("due_at is not null")),
    )  # fmt: skip

    slot: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    args: Mapped[Any] = mapped_column(Json)
    wanted_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    shown_at: Mapped[datetime | None] = mapped_column(Moment)
