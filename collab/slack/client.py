"""The one place that sends to Slack, and its console twin for installations without a token.

slack_sdk's default client retries by itself and would post twice when an answer is lost: ours never retries; the
outbox decides. Every way a call can end is one of three errors here.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.error import URLError

import structlog
from flask import current_app
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

log = structlog.get_logger(__name__)

TIMEOUT = 10
"""Seconds a call may take; job limits are above it."""

_LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"})
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
            answer = self._client.api_call(method, json=arguments) if "view" in arguments or "blocks" in arguments else (
                self._client.api_call(method, params=arguments)
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
    log.warning("slack.refused", error=code, detail=str(response.get("response_metadata")) if code != "not_json" else None)
    if code in _LATER or response.status_code == http.client.TOO_MANY_REQUESTS:
        return Later(code, retry_after=int(response.headers.get("Retry-After", 30)))
    if code in _AMBIGUOUS or response.status_code >= http.client.INTERNAL_SERVER_ERROR or code == "not_json":
        return Uncertain(code)
    return Refused(code)


class ConsoleTransport:
    """No token: nothing leaves this machine; messages are kept and shown on /slack/preview."""

    name = "console"

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted:
        log.info("slack.console", channel=channel, text=payload.get("text"))
        return Posted(f"console:{channel}", delivery_id)

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        log.info("slack.console.update", channel=at.channel, text=payload.get("text"))

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        self.opened.append({"trigger_id": trigger_id, "view": dict(view)})
        del self.opened[:-50]

    def email_of(self, user_id: str) -> str | None:
        return None

    def user_of(self, email: str) -> str | None:
        """Everybody can be reached on the console, under their own address."""
        return email


def transport() -> Transport:
    """The transport of the running application."""
    found: Transport = current_app.extensions["slack.transport"]
    return found


def views_opened(trigger_id: str, among: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The modals a console transport opened for one trigger, for /slack/preview."""
    return [dict(entry["view"]) for entry in among if entry["trigger_id"] == trigger_id]
