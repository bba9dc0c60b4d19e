"""Sending as Slack sends: signed requests to the product, and what came back."""

import hashlib
import hmac
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.slack_double.reading import text_of
from tests.slack_double.record import Record
from tests.slack_double.things import Ephemeral, View
from tests.slack_double.waited import Wait

PATIENCE_SECONDS = 20


class NoAnswer(AssertionError):
    """The product did not answer; `reason` is what Slack calls it."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


def signed(secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    """The two headers by which the product knows that Slack is speaking."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass(frozen=True)
class Reply:
    """What the product answered to one interaction, and what it did to the person's screen meanwhile."""

    status: int
    elapsed: float
    text: str
    headers: Mapping[str, str]  # by lower-case name
    record: Record = field(repr=False)
    user_id: str = ""
    trigger_id: str = ""
    view_id: str = ""  # the view the interaction came from, if it came from one
    mark: int = 0

    @property
    def body(self) -> Any:
        """The JSON of the answer, else its text; Slack shows JSON that is not announced as such as mere text."""
        return json.loads(self.text) if "json" in self.headers.get("content-type", "") else self.text

    @property
    def view(self) -> View | None:
        """What this interaction opened, or made of the view it came from; one that appears later is found then."""
        for one in reversed(self.record.shown_since(self.mark)):
            if isinstance(one, View) and (one.trigger_id == self.trigger_id or one.id == self.view_id):
                return one
        return None

    @property
    def errors(self) -> dict[str, str]:
        """The messages a submitted form came back with, by block id."""
        body = self.body if isinstance(self.body, dict) else {}
        return dict(body.get("errors", {})) if body.get("response_action") == "errors" else {}

    @property
    def ephemeral(self) -> str:
        """What only this person read since: the reply itself, a response url, or chat.postEphemeral."""
        shown = [one for one in self.record.shown_since(self.mark) if one.user == self.user_id]
        whispers = [one for one in shown if isinstance(one, Ephemeral)]
        return text_of(whispers[-1]) if whispers else ""


Make = Callable[[int, float, str, Mapping[str, str]], Reply]


def post(url: str, body: bytes, headers: Mapping[str, str], make: Make, patience: float = PATIENCE_SECONDS) -> Reply:
    """One POST without redirects, proxies or retries, timed from connecting to the last byte."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=patience)
    wait = Wait()
    try:
        connection.request("POST", parts.path, body, dict(headers))
        response = connection.getresponse()
        text = response.read().decode()
    except (OSError, http.client.HTTPException) as trouble:
        reason = "http_timeout" if isinstance(trouble, TimeoutError) else "connection_failed"
        raise NoAnswer(reason, f"the product did not answer at {url}: {trouble!r}") from trouble
    finally:
        connection.close()
    found = {name.lower(): value for name, value in response.headers.items()}
    return make(response.status, wait.seconds, text, found)
