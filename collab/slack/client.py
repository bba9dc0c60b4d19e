"""The one place that sends to Slack. Its twin for installations without a token is `console`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from flask import current_app

from collab.slack import accounts, scopes
from collab.slack.accounts import Account
from collab.slack.problems import CannotLook, Refused, TargetBroken, WorkspaceBroken
from collab.slack.wire import Answer, Wire, use_response_url

log = structlog.get_logger(__name__)

TIMEOUT, SHORT_TIMEOUT = 10, 2
"""Seconds a call may take; job limits are above the first. The second is for what a person waits for: Slack itself
gives us three seconds to answer a click."""
LOOK_PAGES, LOOK_PAGE = 5, 100
"""How far back a delivery is looked for."""
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
    """Who we are in Slack, what we were granted (no scopes at all where Slack did not say), and what time it is there."""

    team: str
    bot_user: str
    scopes: frozenset[str] = frozenset()
    at: datetime | None = None

    @property
    def missing(self) -> frozenset[str]:
        """What the product needs and was not granted."""
        return scopes.named(scopes.NEEDED) - self.scopes if self.scopes else frozenset()

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

    def post(
        self,
        channel: str,
        payload: Mapping[str, Any],
        delivery_id: str,
        *,
        below: str = "",
        also_in_channel: bool = False,
    ) -> Posted: ...
    def update(self, at: Posted, payload: Mapping[str, Any]) -> None: ...
    def find_delivery(self, channel: str, delivery_id: str, since: datetime, *, below: str = "") -> Posted | None: ...
    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> None: ...
    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None: ...
    def publish_home(self, user: str, view: Mapping[str, Any]) -> None: ...
    def unfurl(self, place: Mapping[str, str], previews: Mapping[str, Mapping[str, Any]]) -> None: ...
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

    def post(
        self,
        channel: str,
        payload: Mapping[str, Any],
        delivery_id: str,
        *,
        below: str = "",
        also_in_channel: bool = False,
    ) -> Posted:
        """Post a message, perhaps as a reply `below` another (its ts), seen in the channel too if so wished; `delivery_id` goes
        into its metadata so that a lost answer can be looked up."""
        metadata = {"event_type": METADATA, "event_payload": {"delivery_id": delivery_id}}
        place = {"thread_ts": below, "reply_broadcast": also_in_channel} if below else {}
        answer = self._call(
            "chat.postMessage", channel=channel, metadata=metadata, **place, **_NEW, **_AS_WRITTEN, **payload
        )  # fmt: skip
        return Posted(answer.word("channel"), answer.word("ts"))

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        """Replace what a message shows.

        Without `metadata`: Slack keeps what the message had, so its delivery can still be found. An edit needs none of
        its own, because one repeated after a lost answer shows the same.
        """
        self._call("chat.update", channel=at.channel, ts=at.ts, **_AS_WRITTEN, **payload)

    def find_delivery(self, channel: str, delivery_id: str, since: datetime, *, below: str = "") -> Posted | None:
        """The message with this delivery id among those posted since, None if there is none; of a reply, `below` which.

        `channel` may be a user, whose direct message is meant. Raises CannotLook where we may not read the
        conversation, or where so much was said in it that we did not come to the end.
        """
        try:
            return self._look(channel, delivery_id, since, below)
        except Refused as problem:
            if isinstance(problem, WorkspaceBroken):
                raise
            raise CannotLook(problem.error, method=problem.method, detail=problem.detail) from problem

    def _look(self, channel: str, delivery_id: str, since: datetime, below: str) -> Posted | None:
        place = self._direct_message(channel) if channel.startswith(("U", "W")) else channel
        cursor = ""
        for _page in range(LOOK_PAGES):
            wanted = {
                "channel": place, "oldest": f"{since.timestamp():.6f}", "inclusive": True, "include_all_metadata": True,
                "limit": LOOK_PAGE, **({"cursor": cursor} if cursor else {}),
            }  # fmt: skip
            if below:
                answer = self._call("conversations.replies", ts=below, **wanted)
            else:
                answer = self._call("conversations.history", **wanted)
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

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Show somebody's Home tab, whatever it shows now."""
        self._call("views.publish", user_id=user, view=dict(view))

    def unfurl(self, place: Mapping[str, str], previews: Mapping[str, Mapping[str, Any]]) -> None:
        """Show what stands behind links of a message, by address. `place` names it as Slack did: channel and ts, or unfurl_id
        and source."""
        self._call("chat.unfurl", **place, unfurls=dict(previews))

    def respond(self, response_url: str, payload: Mapping[str, Any]) -> None:
        """Answer where an interaction happened; Slack takes five of these within half an hour."""
        use_response_url(response_url, payload, TIMEOUT)

    def check(self) -> Health:
        """Whether Slack knows our token, and what it may do."""
        answer = self._call("auth.test")
        granted = (scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(","))
        return Health(answer.word("team_id"), answer.word("user_id"), frozenset(filter(None, granted)), answer.at)

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
            return _account(self._call_quickly("users.info", user=user_id, include_locale=True))
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


def transport() -> Transport:
    """The transport of the running application."""
    found: Transport = current_app.extensions["slack.transport"]
    return found
