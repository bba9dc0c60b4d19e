"""A connected channel, and a subject as it sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.channels.rules.choices import Settings
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class ChannelView:
    """A connected channel. `channel` is Slack's id, `name` what Slack called it when it was connected."""

    id: int
    team: str
    channel: str
    name: str
    settings: Settings
    connected_by: int
    connected_at: datetime
    version: int
    closed_at: datetime | None
    closed_why: str | None

    @property
    def reader(self) -> Reader:
        """How it reads."""
        return Reader(self.settings.locale, self.settings.zone)

    @property
    def subject(self) -> str:
        """Under which key the trail has it."""
        return f"channel:{self.id}"


@dataclass(frozen=True)
class Happened:
    """One thing worth saying: what (its `{who}` is open), whose doing, in whose place (people with names), when."""

    what: Text
    by: Any | None
    instead_of: Any | None
    at: datetime
    seq: int


@dataclass(frozen=True)
class Shown:
    """A subject as a channel sees it: in one line, who must act (people with names) since when, what happened last.

    `accounts` are the Slack accounts, in the channel's workspace, of those who may be mentioned.
    """

    summary: Any
    waiting: tuple[tuple[Any, datetime], ...] = ()
    accounts: Mapping[int, str] = field(default_factory=dict)
    last: Happened | None = None
