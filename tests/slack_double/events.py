"""What Slack tells an app without being asked, and how it insists: the Events API.

An answer other than 200, or none within three seconds, makes Slack send the same event again, up to three times, and
say so in two headers. The pauses between (at once, a minute, five minutes) are the test's to choose.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from tests.slack_double import payloads
from tests.slack_double.people import Person
from tests.slack_double.things import Message, Shared
from tests.slack_double.wire import NoAnswer, Reply
from tests.slack_double.workspace import Workspace

PATIENCE_SECONDS = 3.0
MOST_RETRIES = 3
PATH = "/slack/events"


@dataclass(frozen=True)
class Delivery:
    """One event and what became of it: the reply to each try, or the reason Slack gives where there was none."""

    event_id: str
    tries: tuple[Reply | str, ...]

    @property
    def accepted(self) -> bool:
        """Whether Slack is content: the last try was answered with 200 in time."""
        return _trouble(self.tries[-1]) is None

    @property
    def statuses(self) -> list[int | str]:
        """The status of each answer; the reason where there was none."""
        return [one if isinstance(one, str) else one.status for one in self.tries]


class Events:
    """Sends signed events to the product. Nothing here fails a test by itself: look at the `Delivery`.

    `send` takes any event; the other verbs know the shape of one kind. They only tell: to make a revoked token
    true as well, `SlackDouble.revoke` it.
    """

    def __init__(self, slack: Workspace, raw: Callable[..., Reply]) -> None:
        self._slack, self._raw = slack, raw

    def send(
        self,
        event: Mapping[str, Any],
        *,
        event_id: str = "",
        times: int = 1,
        pauses: tuple[float, ...] = (0.0, 0.0, 0.0),
        patience: float = PATIENCE_SECONDS,
        **envelope: Any,
    ) -> Delivery:
        """Sends an event until the product accepts it or Slack gives up, and `times` times in any case.

        `pauses` are the seconds before each retry, `patience` how long Slack waits for an answer, `envelope` replaces
        fields around the event (a foreign `team_id`).
        """
        slack = self._slack
        event_id = event_id or slack.next_id("Ev")
        full = {"event_ts": slack.next_ts(), **event}
        body = {**payloads.event_callback(slack.app, full, event_id, slack.clock()), **envelope}
        tries: list[Reply | str] = []
        while len(tries) < times or (_trouble(tries[-1]) and not _unwanted(tries[-1]) and len(tries) <= MOST_RETRIES):
            if tries:
                time.sleep(pauses[min(len(tries), len(pauses)) - 1] if pauses else 0)
            tries.append(self._try(json.dumps(body).encode(), tries, patience))
        return Delivery(event_id, tuple(tries))

    def _try(self, body: bytes, before: list[Reply | str], patience: float) -> Reply | str:
        headers = {}
        if before:
            headers = {
                "X-Slack-Retry-Num": str(len(before)),
                "X-Slack-Retry-Reason": _trouble(before[-1]) or "http_timeout",
            }
        try:
            reply = self._raw(PATH, body, headers=headers, patience=patience)
        except NoAnswer as trouble:
            return trouble.reason
        return reply if reply.elapsed <= patience else "http_timeout"

    def message(self, email: str, text: str, *, channel: str | None = None, **how: Any) -> Delivery:
        """Somebody writes to the app, or in a channel it is in."""
        slack = self._slack
        with slack.lock:
            person = slack.people.with_email(email)
            place = slack.channels.find(channel) if channel else slack.channels.direct_with(person)
            written = slack.post(place, {"text": text}, author=person.id)
        return self.about(written, **how)

    def about(self, message: Message, **how: Any) -> Delivery:
        """Tells of a message that stands already; of the app's own ones, too, as Slack does."""
        place = self._slack.channels.find(message.channel)
        body = payloads.message_json(self._slack.app, message)
        return self.send({**body, "channel": place.id, "channel_type": place.kind, "event_ts": message.ts}, **how)

    def home_opened(self, email: str, *, tab: str = "home", **how: Any) -> Delivery:
        """Somebody looks at the app's own tab."""
        person = self._slack.people.with_email(email)
        place = self._slack.channels.direct_with(person)
        return self.send({"type": "app_home_opened", "user": person.id, "channel": place.id, "tab": tab}, **how)

    def link_shared(
        self, email: str, links: Sequence[str], *, channel: str | None = None, composing: bool = False, **how: Any
    ) -> Delivery:
        """Somebody shares links of a domain the app has named, in a conversation or (`composing`) while still writing."""
        slack = self._slack
        with slack.lock:
            person = slack.people.with_email(email)
            place = slack.channels.find(channel) if channel else slack.channels.direct_with(person)
            message = None if composing else slack.post(place, {"text": " ".join(links)}, author=person.id)
            source = "composer" if composing else "conversations_history"
            unfurl_id = slack.next_id(f"{person.id}-")
            slack.shared[unfurl_id] = Shared(person.id, source, tuple(links), message)
        event = {
            "type": "link_shared", "user": person.id, "channel": "COMPOSER" if composing else place.id,
            "message_ts": message.ts if message else unfurl_id, "unfurl_id": unfurl_id, "source": source,
            "is_bot_user_member": True,
            "links": [{"domain": urlsplit(link).hostname, "url": link} for link in links],
        }  # fmt: skip
        return self.send(event, **how)

    def user_change(self, email: str, *, changes: Mapping[str, Any], **how: Any) -> Delivery:
        """An account becomes another (`email`, `name`, `deleted`, `locale`, `tz`), which Slack shows from then on."""
        with self._slack.lock:
            person = replace(self._slack.people.with_email(email), **changes)
            self._slack.people.put(person)
        return self.send({"type": "user_change", "user": self._as_json(person)}, **how)

    def team_join(self, email: str, **how: Any) -> Delivery:
        """Somebody has joined; add them first."""
        return self.send({"type": "team_join", "user": self._as_json(self._slack.people.with_email(email))}, **how)

    def tokens_revoked(self, **how: Any) -> Delivery:
        """The app's tokens are void."""
        tokens = {"oauth": [], "bot": [self._slack.app.bot_user_id]}
        return self.send({"type": "tokens_revoked", "tokens": tokens}, **how)

    def app_uninstalled(self, **how: Any) -> Delivery:
        """The app was taken out of the workspace."""
        return self.send({"type": "app_uninstalled"}, **how)

    def _as_json(self, person: Person) -> dict[str, Any]:
        with_email = "users:read.email" in self._slack.scopes
        return person.as_json(team_id=self._slack.app.team_id, with_email=with_email, with_locale=True)


def _trouble(tried: Reply | str) -> str | None:
    """Why Slack sends again, in its words; None when it is content."""
    if isinstance(tried, str):
        return tried
    return None if tried.status == 200 else "http_error"


def _unwanted(tried: Reply | str) -> bool:
    """Whether the app asked not to be told again (`X-Slack-No-Retry: 1`)."""
    return isinstance(tried, Reply) and tried.headers.get("x-slack-no-retry") == "1"
