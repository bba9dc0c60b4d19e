"""The product served over HTTP beside a Slack double, with the small company of tests/factories as its workspace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from collab.kernel import clock
from collab.outbox import service as outbox
from tests.factories import Company
from tests.factories.company import PEOPLE, address, profile
from tests.slack_double import SlackDouble


@pytest.fixture
def slack(travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    """Slack, with an account for everybody in the company and for one stranger."""
    with SlackDouble() as double:
        for person in PEOPLE:
            double.add_user(address(person.name), person.name_ja, **profile(person))
        double.add_user("stranger@elsewhere.example", "Stranger", locale="en-US")
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    """The product speaks to the double."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
    }


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """The double, with the product at its other end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    slack.product_url = f"http://127.0.0.1:{server.server_port}"
    yield slack
    server.shutdown()
    server.server_close()


@pytest.fixture
def deliver(app: Flask) -> Callable[[], None]:
    """What a worker does: deliver until nothing is due."""

    def run() -> None:
        with app.app_context():
            while outbox.drain(now=clock.now()):
                pass

    return run


@pytest.fixture
def deliver_later(deliver: Callable[[], None], travel: time_machine.Coordinates) -> Callable[[], None]:
    """A while later each time: one person hears one thing a second."""

    def run() -> None:
        travel.shift(timedelta(seconds=5))
        deliver()

    return run


@pytest.fixture
def english(company: Company) -> Callable[[str], None]:
    """Let somebody be spoken to in English."""
    from collab.people import service

    def choose(name: str) -> None:
        with company.indoors():
            service.set_locale(company.member(name), "en", now=company.now)

    return choose


@pytest.fixture
def show(app: Flask) -> Callable[[], None]:
    """What a worker does when it is rung for places: show until nothing is due."""

    def run() -> None:
        with app.app_context():
            while outbox.show_due(now=clock.now()):
                pass

    return run


@pytest.fixture(autouse=True)
def a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product runs in the test's own process, beside every other test: a machine that stalls for a moment proves nothing.
    How long Slack is made to wait is measured where processes of their own answer (tests/faults)."""
    monkeypatch.setattr("tests.slack_double.play.LATE_SECONDS", 15.0)
