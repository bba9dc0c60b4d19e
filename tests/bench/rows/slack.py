"""A signed slash command that needs no database (`/collab help`), 16 connections."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

from tests.bench.figures import Contest, Round, rounded
from tests.bench.lab import SIGNING_SECRET, Lab, free_port, product_environ
from tests.bench.load import CONNECTIONS, drive, http_request
from tests.bench.product import REQUESTER, installation
from tests.bench.served import served
from tests.factories.company import address

COMMANDS = 3000
USER = address(REQUESTER)
"""Without a bot token accounts are addresses; with one, an account is looked up once a minute and remembered."""


def measure(lab: Lab) -> dict[str, Any]:
    """slack_sdk's verifier in plain Flask, Bolt in its fast mode, the product."""
    count = lab.sized(COMMANDS, least=CONNECTIONS)
    with ExitStack() as stack:
        contenders = {
            "slack_sdk verifier": stack.enter_context(floor(lab, "verifier", count)),
            "Bolt, fast mode": stack.enter_context(floor(lab, "bolt", count)),
            "product": stack.enter_context(product(lab, count)),
        }
        contest = Contest(contenders, lab.rounds)
    contest.print("/collab help")
    bolt = contest.ratio("p50_ms", to="Bolt, fast mode")
    print(f"  the product's p50 is {bolt} of Bolt's in its fast mode")
    return {**contest.figures(), "p50_of_bolt": rounded(bolt.middle)}


@contextmanager
def floor(lab: Lab, kind: str, count: int) -> Iterator[Callable[[int], Round]]:
    """A floor application."""
    environ = product_environ(lab, lab.database(f"unused_by_{kind}"), free_port(), SLACK_SIGNING_SECRET=SIGNING_SECRET)
    with served(f"tests.bench.floors.{kind}:app", environ, lab.folder / f"{kind}.log") as server:
        yield lambda _number: drive(server, scripts(count), wanted=200)


@contextmanager
def product(lab: Lab, count: int) -> Iterator[Callable[[int], Round]]:
    """The product, for a member it knows."""
    with installation(lab, "product_slack") as ours:
        environ = product_environ(lab, ours.url, free_port(), SLACK_SIGNING_SECRET=SIGNING_SECRET)
        with served("wsgi:app", environ, lab.folder / "slack.log") as server:
            yield lambda _number: drive(server, scripts(count), wanted=200)


def scripts(count: int) -> list[list[bytes]]:
    """Commands signed now, no two alike, dealt to the connections."""
    every = [command(number) for number in range(count)]
    return [every[line::CONNECTIONS] for line in range(CONNECTIONS)]


def command(number: int, text: str = "help", user: str = USER) -> bytes:
    """`/collab` with some words behind it, as Slack sends it."""
    form = {
        "token": "unused", "team_id": "T0BENCH00", "team_domain": "bench", "channel_id": "C0BENCH00", "channel_name": "general",
        "user_id": user, "user_name": "mika", "command": "/collab", "text": text, "api_app_id": "A0BENCH00",
        "is_enterprise_install": "false", "response_url": "https://hooks.slack.com/commands/T0BENCH00/1/x",
        "trigger_id": f"{number}.1.abcdef",
    }  # fmt: skip
    body, stamp = urlencode(form).encode(), str(int(time.time()))  # noqa: TID251 - Slack's own clock
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}",
    }  # fmt: skip
    return http_request("POST", "/slack/commands", headers, body)
