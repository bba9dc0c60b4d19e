"""The one place that sends to Slack, and its console twin for installations without a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from flask import current_app

from collab.slack import accounts
from collab.slack.accounts import Account
from collab.slack.problems import CannotLook, Refused, TargetBroken, WorkspaceBroken
from collab.slack.wire import Answer, Wire, use_response_url

log = structlog.get_logger(__name__)

TIMEOUT, SHORT_TIMEOUT = 10, 2
"""Seconds a call may take; job limits are above the first. The second is for what a person waits for: Slack itself
gives us three seconds to answer a click."""
LOOK_PAGES, LOOK_PAGE = 5, 100
"""How far back a delivery is looked for."""
NEEDED_SCOPES = frozenset({"chat:write", "users:read", "users:read.email"})
METADATA = "collab_delivery"
# Slack must neither make links and mentions of plain words (`chat.update` would, unless told), nor format the words that
# stand in for blocks, nor show pictures of what a link leads to.
_AS_WRITTEN = {"parse": "none", "link_names": False}
_NEW = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Home:
    """Where our token is at home: a workspace, an app (empty where we may not ask), and the organization of both, if any."""

    team: str
    app: str
    organization: str = ""


@dataclass(frozen=True)
class Health:
    """Who we are in Slack, and what we were granted; no scopes at all where Slack did not say."""

    team: str
    bot_user: str
    scopes: frozenset[str] = frozenset()

    @property
    def missing(self) -> frozenset[str]:
        """What the product needs and was not granted."""
        return NEEDED_SCOPES - self.scopes if self.scopes else frozenset()

    @property
    def can_look(self) -> bool:
        """Whether a lost answer in a direct message can be looked up."""
        return {"im:history", "im:write"} <= self.scopes

    @property
    def can_gather(self) -> bool:
        """Whether several people can be written to in one conversation."""
        return "mpim:write" in self.scopes


class Transport(Protocol):
    """What the product asks of Slack. Every call may raise a SlackProblem."""

    name: str

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted: ...
    def update(self, at: Posted, payload: Mapping[str, Any]) -> None: ...
    def find_delivery(self, channel: str, delivery_id: str, since: datetime) -> Posted | None: ...
    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None: ...
    def respond(self, response_url: str, payload: Mapping[str, Any]) -> None: ...
    def check(self) -> Health: ...
    def home(self) -> Home | None: ...
    def account(self, user_id: str) -> Account | None: ...
    def account_with(self, email: str) -> Account | None: ...
    def open_group(self, users: Sequence[str]) -> str | None: ...


class SlackTransport:
    """Slack itself, or whatever answers at SLACK_API_URL."""

    name = "slack"

    def __init__(self, token: str, base_url: str) -> None:
        self._call = Wire(token, base_url, TIMEOUT).call
        self._call_quickly = Wire(token, base_url, SHORT_TIMEOUT).call

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str) -> Posted:
        """Post a message; `delivery_id` goes into its metadata so that a lost answer can be looked up."""
        metadata = {"event_type": METADATA, "event_payload": {"delivery_id": delivery_id}}
        answer = self._call("chat.postMessage", channel=channel, metadata=metadata, **_NEW, **_AS_WRITTEN, **payload)
        return Posted(answer.word("channel"), answer.word("ts"))

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        """Replace what a message shows.

        Without `metadata`: Slack keeps what the message had, so its delivery can still be found. An edit needs none of
        its own, because one repeated after a lost answer shows the same.
        """
        self._call("chat.update", channel=at.channel, ts=at.ts, **_AS_WRITTEN, **payload)

    def find_delivery(self, channel: str, delivery_id: str, since: datetime) -> Posted | None:
        """The message with this delivery id among those posted since, None if there is none.

        `channel` may be a user, whose direct message is meant. Raises CannotLook where we may not read the
        conversation, or where so much was said in it that we did not come to the end.
        """
        try:
            return self._look(channel, delivery_id, since)
        except Refused as problem:
            if isinstance(problem, WorkspaceBroken):
                raise
            raise CannotLook(problem.error, method=problem.method, detail=problem.detail) from problem

    def _look(self, channel: str, delivery_id: str, since: datetime) -> Posted | None:
        place = self._direct_message(channel) if channel.startswith(("U", "W")) else channel
        cursor = ""
        for _page in range(LOOK_PAGES):
            answer = self._call(
                "conversations.history", channel=place, oldest=f"{since.timestamp():.6f}", inclusive=True,
                include_all_metadata=True, limit=LOOK_PAGE, **({"cursor": cursor} if cursor else {}),
            )  # fmt: skip
            found = _delivered(answer, delivery_id)
            if found:
                return Posted(place, found)
            cursor = _next_cursor(answer)
            if not cursor:
                return None
        raise CannotLook("too_many_messages", method="conversations.history")

    def _direct_message(self, user_id: str) -> str:
        return self._call("conversations.open", users=user_id).word("channel", "id")

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
        use_response_url(response_url, payload, TIMEOUT)

    def check(self) -> Health:
        """Whether Slack knows our token, and what it may do."""
        answer = self._call("auth.test")
        granted = (scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(","))
        return Health(answer.word("team_id"), answer.word("user_id"), frozenset(filter(None, granted)))

    def home(self) -> Home | None:
        """The workspace and app this token belongs to. Soon, or not at all: the first click of the day waits for it."""
        answer = self._call_quickly("auth.test")
        team, organization = answer.word("team_id"), str(answer.data.get("enterprise_id") or "")
        try:
            bot = self._call_quickly("bots.info", bot=answer.word("bot_id"))
        except Refused:
            return Home(team, "", organization)
        return Home(team, bot.word("bot", "app_id"), organization)

    def account(self, user_id: str) -> Account | None:
        """An account by its id, None if there is none that we may see. Soon, or not at all: a person waits for it."""
        try:
            return _account(self._call_quickly("users.info", user=user_id))
        except TargetBroken:
            return None

    def account_with(self, email: str) -> Account | None:
        """The account with this e-mail, if there is one."""
        try:
            return _account(self._call("users.lookupByEmail", email=email))
        except TargetBroken:
            return None

    def open_group(self, users: Sequence[str]) -> str | None:
        """The conversation of exactly these people and the app, opened if need be; None where Slack gives us none."""
        try:
            return self._call("conversations.open", users=",".join(users)).word("channel", "id")
        except WorkspaceBroken:
            raise
        except (CannotLook, Refused) as problem:
            log.info("slack.no_group", error=problem.error)
            return None


def _account(answer: Answer) -> Account:
    answer.word("user", "id")
    return accounts.read(answer.data["user"])


def _delivered(answer: Answer, delivery_id: str) -> str | None:
    """The timestamp of the message with this delivery id on one page of a history."""
    for message in answer.data.get("messages") or []:
        metadata = message.get("metadata") or {}
        ours = metadata.get("event_type") == METADATA
        if ours and (metadata.get("event_payload") or {}).get("delivery_id") == delivery_id:
            return str(message["ts"])
    return None


def _next_cursor(answer: Answer) -> str:
    return str((answer.data.get("response_metadata") or {}).get("next_cursor") or "")


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

    def find_delivery(self, channel: str, delivery_id: str, since: datetime) -> Posted | None:  # noqa: ARG002 - as post answered
        """What was said is kept under its delivery id: it always stands there."""
        return Posted(f"console:{channel}", delivery_id)

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

    def check(self) -> Health:
        """Nothing that could be broken."""
        return Health("", "")

    def home(self) -> Home | None:
        """No workspace is ours."""
        return None

    def account(self, user_id: str) -> Account | None:
        """Accounts on the console are addresses."""
        return _console_account(user_id) if "@" in user_id else None

    def account_with(self, email: str) -> Account | None:
        """Everybody can be reached on the console, under their own address."""
        return _console_account(email)

    def open_group(self, users: Sequence[str]) -> str | None:
        """People on the console are together as soon as somebody says so."""
        return f"group:{','.join(sorted(users))}"


def _console_account(email: str) -> Account:
    return Account(email, frozenset(), handle=email.partition("@")[0], email=email, confirmed=True)


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
