"""A frozen PostgreSQL, and Slack through a connection of our own: kind words within Slack's three seconds, then all is well."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from collab.kernel import i18n
from collab.slack.socket import Listener
from tests.factories.company import PEOPLE, address
from tests.faults.behind_proxy import app, proxy
from tests.parts.proxy import Proxy
from tests.slack_double import SlackDouble

__all__ = ["app", "proxy"]
MIKA = address("mika")
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def slack(app: Flask) -> Iterator[SlackDouble]:
    """Somebody in Slack, and the product listening; without a bot token accounts are addresses."""
    with SlackDouble() as double:
        double._slack.people.put(
            type(double._slack.people.all()[0])(MIKA, MIKA, next(one.name_ja for one in PEOPLE if one.name == "mika"))
        )
        listener = Listener(app, double.app.app_token, double.api_url, lambda _line: None)
        thread = threading.Thread(target=listener.run, daemon=True)
        thread.start()
        double.sockets.in_use = True
        double.sockets.wait_until(1)
        yield double
        listener.stop()
        thread.join(10)


def test_who_asks_while_the_database_is_frozen_is_told_kindly_in_time(slack: SlackDouble, proxy: Proxy) -> None:
    usual = slack.play.slash(MIKA, "/collab", "me").ephemeral
    assert usual
    proxy.freeze()
    for _ in range(3):
        reply = slack.play.slash(MIKA, "/collab", "me")  # the double itself insists on three seconds
        words = {
            i18n.catalogue(locale)[key] for locale in ("en", "ja") for key in ("error.busy", "slack.still_working")
        }
        assert reply.ephemeral in words
    proxy.thaw()
    until = time.monotonic() + 10
    while slack.play.slash(MIKA, "/collab", "me").ephemeral != usual:
        assert time.monotonic() < until
    assert slack.sockets.opened == 1
