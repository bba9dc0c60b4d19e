"""The one place that sends to Slack, and its console twin for installations without a token.

slack_sdk's default client retries by itself and would post twice when an answer is lost: ours never retries; the
outbox decides. Every way a call can end is one of three errors here.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.error import URLError

import structlog
from flask import current_app
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

log = structlog.get_logger(__name__)

TIMEOUT = 10
"""Seconds a call may take; job limits are above it."""

_LATER = frozenset(
    {"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"}
)
_AMBIGUOUS = frozenset({"fatal_error", "internal_error", "request_timeout"})


class SlackProblem(Exception):
    """A call that did not succeed; `error` is Slack's word for it."""

    def __init__(self, error: str, *, retry_after: int = 0) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after


class Refused(SlackProblem):
    """Slack said no: nothing was done, saying it again will not help."""


class Later(SlackProblem):
    """Nothing was done; try again after `retry_after` seconds."""


class Uncertain(SlackProblem):
    """The answer was lost: Slack may or may not have done it."""


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class Transport(Protocol):
    """What the product asks of Slack."""

    name: str

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted: ...
    def update(self, at: Posted, payload: Mapping[str, Any]) -> None: ...
    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None: ...
    def respond(self, response_url: str, payload: Mapping[str, Any]) -> None: ...
    def team(self) -> str | None: ...
    def email_of(self, user_id: str) -> str | None: ...
    def user_of(self, email: str) -> str | None: ...


class SlackTransport:
    """Slack itself, or whatever answers at SLACK_API_URL."""

    name = "slack"

    def __init__(self, token: str, base_url: str) -> None:
        self._client = WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted:
        """Post a message; `delivery_id` goes into its metadata so that a lost answer can be looked up."""
        metadata = {"event_type": "collab_delivery", "event_payload": {"delivery_id": delivery_id}}
        answer = self._call("chat.postMessage", channel=channel, metadata=metadata, unfurl_links=False, **payload)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        """Replace what a message shows."""
        self._call("chat.update", channel=at.channel, ts=at.ts, **payload)

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Open a modal; the trigger lives three seconds."""
        self._call("views.open", trigger_id=trigger_id, view=dict(view))

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Open a modal on top of the open one."""
        self._call("views.push", trigger_id=trigger_id, view=dict(view))

    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None:
        """Replace what a modal shows, unless it changed since its state `seen`."""
        self._call("views.update", view_id=view_id, view=dict(view), **({"hash": seen} if seen else {}))

    def respond(self, response_url: str, payload: Mapping[str, Any]) -> None:
        """Answer where an interaction happened; Slack takes five of these within half an hour."""
        hook = WebhookClient(response_url, timeout=TIMEOUT, retry_handlers=[])
        try:
            answer = hook.send_dict(dict(payload))
        except (OSError, http.client.HTTPException, SlackClientError, ValueError) as error:
            raise Uncertain(type(error).__name__) from error
        if answer.status_code != http.client.OK:
            raise Refused(answer.body[:200])

    def team(self) -> str | None:
        """The workspace this token belongs to."""
        return str(self._call("auth.test")["team_id"])

    def email_of(self, user_id: str) -> str | None:
        """The verified e-mail of a Slack user, if there is one."""
        user = self._call("users.info", user=user_id)["user"]
        confirmed = user.get("is_email_confirmed", True) and not user.get("deleted")
        return user.get("profile", {}).get("email") if confirmed else None

    def user_of(self, email: str) -> str | None:
        """The Slack user with this e-mail, if there is one."""
        try:
            return str(self._call("users.lookupByEmail", email=email)["user"]["id"])
        except Refused as problem:
            if problem.error == "users_not_found":
                return None
            raise

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        try:
            answer = (
                self._client.api_call(method, json=arguments)
                if "view" in arguments or "blocks" in arguments
                else (self._client.api_call(method, params=arguments))
            )
        except SlackApiError as error:
            raise _problem(error) from error
        except ConnectionRefusedError as error:
            raise Later("connection_refused", retry_after=5) from error
        except URLError as error:
            refused = isinstance(error.reason, ConnectionRefusedError)
            raise (Later if refused else Uncertain)("no_connection", retry_after=5) from error
        except (OSError, http.client.HTTPException, json.JSONDecodeError, SlackClientError) as error:
            raise Uncertain(type(error).__name__) from error
        data = answer.data
        if not isinstance(data, dict):
            raise Uncertain("not_json")
        return data


def _problem(error: SlackApiError) -> SlackProblem:
    response = error.response
    code = str(response.get("error", "unknown")) if isinstance(response.data, dict) else "not_json"
    log.warning(
        "slack.refused", error=code, detail=str(response.get("response_metadata")) if code != "not_json" else None
    )
    if code in _LATER or response.status_code == http.client.TOO_MANY_REQUESTS:
        return Later(code, retry_after=int(response.headers.get("Retry-After", 30)))
    if code in _AMBIGUOUS or response.status_code >= http.client.INTERNAL_SERVER_ERROR or code == "not_json":
        return Uncertain(code)
    return Refused(code)


class ConsoleTransport:
    """No token: nothing leaves this machine; messages are kept and shown on /slack/preview.

    What a person would see at once (modals, answers only to them) is heard by whoever listens in the same context.
    """

    name = "console"

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted:
        """Nothing to do: the outbox keeps what was said."""
        log.debug("slack.console", channel=channel, text=payload.get("text"))
        return Posted(f"console:{channel}", delivery_id)

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        """Nothing to do: the outbox keeps what a card shows."""
        log.debug("slack.console.update", channel=at.channel, text=payload.get("text"))

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Show a modal on the preview."""
        _hear("view", trigger_id, view)

    push_view = open_view

    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None:  # noqa: ARG002 - one screen, no race
        """Show another state of a modal on the preview."""
        _hear("view", view_id, view)

    def respond(self, response_url: str, payload: Mapping[str, Any]) -> None:
        """Show an answer on the preview."""
        _hear("said", response_url, payload)

    def team(self) -> str | None:
        """No workspace is ours."""
        return None

    def email_of(self, user_id: str) -> str | None:
        """Accounts on the console are addresses."""
        return user_id if "@" in user_id else None

    def user_of(self, email: str) -> str | None:
        """Everybody can be reached on the console, under their own address."""
        return email


Heard = list[tuple[str, str, dict[str, Any]]]
"""What was shown at once: ("view" or "said", where, what)."""

_listening: ContextVar[Heard | None] = ContextVar("slack_console_listening", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Collect what the console shows at once while something is dispatched in process."""
    heard: Heard = []
    token = _listening.set(heard)
    try:
        yield heard
    finally:
        _listening.reset(token)


def _hear(kind: str, where: str, what: Mapping[str, Any]) -> None:
    heard = _listening.get()
    if heard is not None:
        heard.append((kind, where, dict(what)))


def transport() -> Transport:
    """The transport of the running application."""
    found: Transport = current_app.extensions["slack.transport"]
    return found
