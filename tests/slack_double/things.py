"""The things a record keeps: calls, messages, ephemeral messages and views, each one state that never changes."""

from dataclasses import dataclass, field
from typing import Any

from tests.slack_double.kit import Block


@dataclass(frozen=True)
class Call:
    """One Web API call as the double understood it; `outcome` is `ok` or Slack's error code.

    `ended` says how the answer was spoilt on its way, if it was; `into_pause` how many seconds into a pause the call
    came, which the app had been told to keep.
    """

    method: str
    arguments: dict[str, Any]
    at: float
    outcome: str
    answer: dict[str, Any]
    ended: str = ""
    is_ambiguous: bool = False
    into_pause: float | None = None

    @property
    def warnings(self) -> list[str]:
        """What Slack would have accepted with a warning."""
        messages: list[str] = self.answer.get("response_metadata", {}).get("messages", [])
        return [message for message in messages if message.startswith("[WARN]")]


@dataclass(frozen=True)
class Message:
    """One state of a message. A test that keeps an old one holds what somebody with a stale screen sees."""

    channel: str
    ts: str
    to: str | None  # the user id, when the channel is somebody's direct message
    text: str
    at: float
    blocks: list[Block] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    author: str = "bot"


@dataclass(frozen=True)
class Shared:
    """Links the app was told of: who shares them, in which message (without one: while it is being written)."""

    user: str
    source: str
    links: tuple[str, ...]
    message: Message | None = None


@dataclass(frozen=True)
class Ephemeral:
    """A message only one person sees: from `chat.postEphemeral`, a response url, or the reply to a command."""

    channel: str
    ts: str
    user: str
    text: str
    at: float
    via: str
    blocks: list[Block] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class View:
    """One state of a modal or Home tab, with the ids Slack gave it."""

    id: str
    user: str
    body: dict[str, Any]
    via: str
    trigger_id: str | None
    at: float
    attachments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the view."""
        blocks: list[Block] = self.body["blocks"]
        return blocks

    @property
    def text(self) -> str:
        """The title; a Home tab has none."""
        return str(self.body.get("title", {}).get("text", ""))


Surface = Message | Ephemeral | View
