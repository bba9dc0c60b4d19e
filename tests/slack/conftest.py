"""The product served over HTTP beside a Slack double, with the small company of tests/factories as its workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from collab.kernel import clock
from collab.outbox import service as outbox
from tests.factories import Company
from tests.parts.in_slack import company_in_slack, serving, settings_of
from tests.slack_double import SlackDouble


@pytest.fixture
def slack(travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    """Slack, with an account for everybody in the company and for one stranger."""
    with company_in_slack() as double:
        double.add_user("stranger@elsewhere.example", "Stranger", locale="en-US")
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    """The product speaks to the double."""
    return settings_of(slack)


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """The double, with the product at its other end."""
    with serving(app, slack):
        yield slack


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
