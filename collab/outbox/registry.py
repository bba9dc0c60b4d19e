"""The kinds of message features know how to say, filled at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class Envelope:
    """What a renderer gets: about which subject, with which arguments, for whom, in whose words."""

    subject_key: str
    args: Mapping[str, Any]
    recipient: Actor | None
    reader: Reader
    now: datetime


@dataclass(frozen=True)
class Rendered:
    """A Slack message: fallback text and blocks."""

    text: str
    blocks: list[dict[str, Any]]

    def as_payload(self) -> dict[str, Any]:
        """As kept in the row once frozen."""
        return {"text": self.text, "blocks": self.blocks}


Render = Callable[[Envelope], Rendered | None]


@dataclass(frozen=True)
class MessageKind:
    """How to say one kind. `render` returns None when there is nothing left to say (no longer open, not theirs).

    A `card` stays in Slack as its subject's face: it is repainted by `repaint` whenever the subject moves on.
    """

    code: str
    render: Render
    repaint: Render | None = None

    @property
    def is_card(self) -> bool:
        """Whether messages of this kind are repainted."""
        return self.repaint is not None


kinds: dict[str, MessageKind] = {}


def add_kind(kind: MessageKind) -> None:
    """Make a kind known."""
    kinds[kind.code] = kind
