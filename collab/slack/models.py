"""The plumbing's own tables: what Slack told us and was heard once, and which workspace and app our token belongs to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


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
