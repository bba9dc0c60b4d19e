"""Slack's place where there is no token: nothing leaves this machine, and `/slack/preview` shows what was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import structlog

from collab.slack.accounts import Account
from collab.slack.client import Health, Home, Posted

log = structlog.get_logger(__name__)


class ConsoleTransport:
    """No token: nothing leaves this machine; messages are kept and shown on /slack/preview.

    What a person would see at once (modals, answers only to them) is heard by whoever listens in the same context.
    """

    name = "console"

    def post(
        self,
        channel: str,
        payload: Mapping[str, Any],
        delivery_id: str,
        *,
        below: str = "",
        also_in_channel: bool = False,
    ) -> Posted:
        """Nothing to do: the outbox keeps what was said."""
        _unused = below, also_in_channel
        log.debug("slack.console", channel=channel, text=payload.get("text"))
        return Posted(f"console:{channel}", delivery_id)

    def update(self, at: Posted, payload: Mapping[str, Any]) -> None:
        """Nothing to do: the outbox keeps what a card shows."""
        log.debug("slack.console.update", channel=at.channel, text=payload.get("text"))

    def find_delivery(self, channel: str, delivery_id: str, since: datetime, *, below: str = "") -> Posted | None:  # noqa: ARG002 - as post answered
        """What was said is kept under its delivery id: it always stands there."""
        return Posted(f"console:{channel}", delivery_id)

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Show a modal on the preview."""
        _hear("view", trigger_id, view)

    push_view = open_view

    def update_view(self, view_id: str, view: Mapping[str, Any], seen: str = "") -> None:  # noqa: ARG002 - one screen, no race
        """Show another state of a modal on the preview."""
        _hear("view", view_id, view)

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Nothing to do: the preview puts a Home tab together when it is looked at."""
        log.debug("slack.console.home", user=user, blocks=len(view["blocks"]))

    def unfurl(self, place: Mapping[str, str], previews: Mapping[str, Mapping[str, Any]]) -> None:
        """Nothing to do: nobody shares links on the console."""
        log.debug("slack.console.unfurl", place=dict(place), links=list(previews))

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
