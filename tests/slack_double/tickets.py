"""What Slack hands out with an interaction and takes back only for a while: trigger ids and response urls."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from tests.slack_double.errors import SlackError

TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


@dataclass
class _Trigger:
    user_id: str
    until: float
    exchanged: bool = False


class Triggers:
    """Trigger ids: good for one view, within three seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._serial = itertools.count(1000)
        self._known: dict[str, _Trigger] = {}

    def mint(self, user_id: str) -> str:
        """A fresh one for this person's interaction."""
        trigger_id = f"{next(self._serial)}.{secrets.randbelow(10**7)}.{secrets.token_hex(8)}"
        self._known[trigger_id] = _Trigger(user_id, self._clock() + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Uses it up; returns whose screen it opens on."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.exchanged = True
        return trigger.user_id


@dataclass
class ResponseUrl:
    """What one response url may still do, and to what it belongs."""

    token: str
    user_id: str
    channel_id: str
    message_ts: str | None
    until: float
    uses_left: int = RESPONSE_USES


class ResponseUrls:
    """Response urls: five uses within thirty minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, ResponseUrl] = {}

    def open(self, user_id: str, channel_id: str, message_ts: str | None) -> str:
        """A fresh token; `message_ts` is the message the interaction came from, if any."""
        token = secrets.token_hex(12)
        until = self._clock() + RESPONSE_SECONDS
        self._known[token] = ResponseUrl(token, user_id, channel_id, message_ts, until)
        return token

    def use(self, token: str) -> ResponseUrl:
        """Counts one use."""
        door = self._known.get(token)
        if door is None:
            raise SlackError("invalid_url")
        if self._clock() > door.until:
            raise SlackError("expired_url")
        if door.uses_left == 0:
            raise SlackError("used_url")
        door.uses_left -= 1
        return door
