"""The state of the pretended workspace: app, people, conversations, and what triggers and urls may still do."""

import copy
import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.slack_double.channels import Channel, Channels
from tests.slack_double.errors import SlackError
from tests.slack_double.faults import Faults
from tests.slack_double.kit import with_ids
from tests.slack_double.people import People, Person
from tests.slack_double.rates import Limits
from tests.slack_double.record import Record
from tests.slack_double.settings import App
from tests.slack_double.sockets import Sockets
from tests.slack_double.things import Ephemeral, Message, Shared, View
from tests.slack_double.tickets import ResponseUrls, Triggers

PUSH_LIMIT = 3


class Workspace:
    """One workspace with one installed app. Its lock is the record's: a call changes state and record in one step."""

    def __init__(self, app: App, scopes: frozenset[str], clock: Callable[[], float]) -> None:
        self.app = app
        self.scopes = scopes
        self.token_trouble = ""  # what every call with a token of ours is refused with; empty while it is good
        self.clock = clock
        self.faults = Faults(clock)
        self.limits = Limits(clock)
        self.people = People(Person(app.bot_user_id, "bot@double.invalid", app.bot_name, is_bot=True))
        self.channels = Channels(self.people)
        self.record = Record(lambda email: self.people.with_email(email).id)
        self.lock = self.record.changed
        self.triggers = Triggers(clock)
        self.response_urls = ResponseUrls(clock)
        self.sockets = Sockets(app.app_id)
        self.shared: dict[str, Shared] = {}  # by unfurl_id
        self._serial = itertools.count(1)
        self._last_micros = 0

    def next_ts(self) -> str:
        """A message timestamp, which doubles as its id and so never repeats, even when the clock stands still."""
        with self.lock:
            self._last_micros = max(int(self.clock() * 1_000_000), self._last_micros + 1)
            return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An id like Slack's, by kind."""
        return f"{prefix}{next(self._serial):08X}"

    def post(self, channel: Channel, content: Mapping[str, Any], author: str = "bot") -> Message:
        """Puts a message into a conversation."""
        message = Message(
            channel=channel.id,
            ts=self.next_ts(),
            to=next(iter(channel.members)) if channel.kind == "im" else None,
            at=self.clock(),
            thread_ts=content.get("thread_ts"),
            author=author,
            metadata=content.get("metadata") or None,
            **_words(content),
        )
        self.record.keep(message)
        return message

    def edit(self, message: Message, content: Mapping[str, Any]) -> Message:
        """Changes a message.

        Blocks stay only when neither blocks nor text are given; attachments and metadata stay unless given.
        """
        words = _words(content)
        if "text" not in content:
            words["text"] = message.text
            words["blocks"] = words["blocks"] if "blocks" in content else message.blocks
        if "attachments" not in content:
            words["attachments"] = message.attachments
        metadata = content["metadata"] or None if "metadata" in content else message.metadata
        edited = replace(message, at=self.clock(), metadata=metadata, **words)
        self.record.keep(edited)
        return edited

    def whisper(
        self, channel_id: str, user_id: str, content: Mapping[str, Any], via: str, ts: str | None = None
    ) -> Ephemeral:
        """Shows something to one person only; with `ts`, in the place of an earlier whisper."""
        shown = Ephemeral(
            channel=channel_id, ts=ts or self.next_ts(), user=user_id, at=self.clock(), via=via, **_words(content)
        )
        self.record.keep(shown)
        return shown

    def show(self, user_id: str, view: Mapping[str, Any], via: str, **about: Any) -> View:
        """Opens a view on somebody's screen, or puts the next state of one there (`view_id`)."""
        view_id = about.get("view_id") or self.next_id("V")
        root_id = about.get("root_view_id") or view_id
        body = {
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **copy.deepcopy(dict(view)),
            "id": view_id,
            "team_id": self.app.team_id,
            "app_id": self.app.app_id,
            "bot_id": self.app.bot_id,
            "app_installed_team_id": self.app.team_id,
            "root_view_id": root_id,
            "previous_view_id": about.get("previous_view_id"),
            "hash": f"{int(self.clock())}.{secrets.token_hex(4)}",
            "state": {"values": {}},
            "blocks": with_ids(view["blocks"]),
        }
        shown = View(view_id, user_id, body, via, about.get("trigger_id"), self.clock())
        self.record.keep(shown)
        return shown

    def push(self, user_id: str, under: View, view: Mapping[str, Any], via: str, trigger_id: str | None = None) -> View:
        """Puts a view on top of another one; three are the most."""
        depth, below = 1, under
        while (previous := below.body["previous_view_id"]) and (found := self.record.view(previous)):
            depth, below = depth + 1, found
        if depth >= PUSH_LIMIT:
            raise SlackError("push_limit_reached")
        root = under.body["root_view_id"]
        return self.show(user_id, view, via, trigger_id=trigger_id, root_view_id=root, previous_view_id=under.id)


def _words(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a call that people see, with ids where Slack adds them."""
    attachments = copy.deepcopy(content.get("attachments") or [])
    for attachment in attachments:
        if "blocks" in attachment:
            attachment["blocks"] = with_ids(attachment["blocks"])
    return {
        "text": content.get("text") or "",
        "blocks": with_ids(content.get("blocks") or []),
        "attachments": attachments,
    }
