"""What needs me: the same rows and the same count in the pages, in Slack and over the API, for every sample member."""

from __future__ import annotations

import re
import sys

from tests.journeys.conftest import PEOPLE
from tests.parts.installation import Installation
from tests.slack_double import SlackDouble

KEY = re.compile(r"\b[A-Z]{1,3}-\d+\b")


def test_every_surface_shows_the_same(house: tuple[Installation, SlackDouble]) -> None:
    for name in PEOPLE:
        compare(*house, name)


def test_slack_through_a_connection_of_our_own(house: tuple[Installation, SlackDouble]) -> None:
    installation, slack = house
    installation.crew.start("socket", sys.executable, "-m", "flask", "--app", "wsgi", "slack", "listen")
    try:
        slack.sockets.wait_until(1, seconds=60)
        slack.sockets.in_use = True
        usual = slack.play.slash("cmo@example.com", "/collab", "me").ephemeral
        assert KEY.search(usual), "what waits for the CMO"
        slack.sockets.cut()
        slack.sockets.wait_until(2, seconds=30)
        assert slack.play.slash("cmo@example.com", "/collab", "me").ephemeral == usual
    finally:
        slack.sockets.in_use = False
        installation.crew.stop("socket")


def compare(installation: Installation, slack: SlackDouble, name: str) -> None:
    """What one member finds on each."""
    rows = installation.api(name, "GET", "/me/inbox").json()
    keys = [row["key"] for row in rows]

    page = installation.enter(name).open("/").text
    lists = re.findall(r'<ul class="asks">.*?</ul>', page, re.DOTALL)
    shown = re.findall(r"<h2>(.*?)</li>", "".join(lists), re.DOTALL)
    assert [found[0] for row in shown if (found := KEY.search(row))] == keys

    reply = slack.play.slash(f"{name}@example.com", "/collab", "me")
    said = slack.record.wait_for(lambda _record: reply.ephemeral)
    in_slack = list(dict.fromkeys(key for key in KEY.findall(said) if key in keys))
    assert in_slack == list(dict.fromkeys(keys))[: len(in_slack)]
    assert in_slack or not keys
    if keys:
        assert str(len(keys)) in said
