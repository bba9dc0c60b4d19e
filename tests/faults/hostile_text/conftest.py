"""The product beside a Slack with everybody in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from collab.kernel import clock
from collab.outbox import service as outbox
from tests.parts.in_slack import company_in_slack, serving, settings_of
from tests.slack_double import SlackDouble


@pytest.fixture
def slack(travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    """Slack, with everybody in it."""
    with company_in_slack() as double:
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {**settings_of(slack), "COLLAB_BASE_URL": "http://127.0.0.1:5000"}


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """Slack with the product at its other end."""
    with serving(app, slack):
        yield slack


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
