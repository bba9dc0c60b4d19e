"""The product beside a Slack with everybody in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from collab.kernel import clock
from collab.outbox import service as outbox
from tests.factories.company import PEOPLE, address, profile
from tests.slack_double import SlackDouble


@pytest.fixture
def slack(travel: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackDouble]:
    """Slack, with everybody in it, and in no hurry: what is measured here is words."""
    monkeypatch.setattr("tests.slack_double.play.LATE_SECONDS", 15.0)
    with SlackDouble() as double:
        for person in PEOPLE:
            double.add_user(address(person.name), person.name_ja, **profile(person))
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret, "COLLAB_BASE_URL": "http://127.0.0.1:5000",
    }  # fmt: skip


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """Slack with the product at its other end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    slack.product_url = f"http://127.0.0.1:{server.server_port}"
    yield slack
    server.shutdown()
    server.server_close()


@pytest.fixture
def deliver(app: Flask, travel: time_machine.Coordinates) -> Callable[[], None]:
    """Time passes, and everything that is due goes out."""

    def run() -> None:
        with app.app_context():
            for _round in range(60):
                travel.shift(20)
                if not outbox.drain(now=clock.now()) and not outbox_is_open(app):
                    return
            raise AssertionError("still not everything has gone out")

    return run


def outbox_is_open(app: Flask) -> bool:
    from collab.outbox import queries

    counts = queries.counts_by_state()
    return any(counts.get(state) for state in ("pending", "leased", "waiting", "sending", "uncertain"))
