"""What a feature's Slack handler gets and gives: our own context instead of Bolt's clients, answers as values.

A handler never calls Slack. It returns what should be shown and `answers` sees to it, in the way this kind of
message allows: the body of the reply, a response url, a modal opened within its three seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class Typed:
    """What followed the command's words: the key it is about, and the rest as it was written."""

    key: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Quoted:
    """The message a shortcut was used on: what it says (plain), where it stands, and whose account wrote it."""

    text: str = ""
    link: str = ""
    author: str = ""


@dataclass(frozen=True)
class Talk:
    """One person doing one thing in Slack; who it is comes from the signed payload alone.

    `pressed` is the value of a button or the choice in a menu, `entered` what a modal's fields hold by block id,
    `data` what the modal was given when it was opened, `whispered` whether a button stood in an ephemeral message, `at_home`
    whether it began on the Home tab (there, or in a modal opened from there).
    """

    actor: Actor
    reader: Reader
    now: datetime
    team: str
    user: str
    trigger_id: str = ""
    response_url: str = ""
    typed: Typed = Typed()
    pressed: str = ""
    action: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    entered: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    whispered: bool = False
    quoted: Quoted = Quoted()
    at_home: bool = False
    channel: str = ""
    """The conversation a command was typed in, and what Slack calls it ("directmessage" for one of two)."""
    channel_name: str = ""


@dataclass(frozen=True)
class News:
    """Something Slack tells without being asked; `event` is as Slack's documents describe it. `outside`: people of other
    companies are in the channel it is about."""

    team: str
    event: Mapping[str, Any]
    now: datetime
    outside: bool = False


@dataclass(frozen=True)
class Say:
    """Tell the sender, and nobody else. A modal that is open is closed."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Open:
    """Show a modal: the first, or one on top of the one a button was pressed in."""

    view: Mapping[str, Any]


@dataclass(frozen=True)
class Show:
    """Put another view in the place of the open modal."""

    view: Mapping[str, Any]


@dataclass(frozen=True)
class Refuse:
    """Keep the modal open and say under its fields what is wrong; `fields` maps block ids to words."""

    fields: Mapping[str, str]


@dataclass(frozen=True)
class Quiet:
    """Nothing to show."""


Answer = Say | Open | Show | Refuse | Quiet
Handler = Callable[[Talk], Answer]
Listener = Callable[[News], None]
