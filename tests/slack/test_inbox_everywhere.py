"""What needs me: the same rows in the same order and the same count on the page, in Slack (asked for, and on the Home tab) and over
the API, for every sample member."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from collab.access.service import sessions, tokens
from collab.home.service import basics, demo
from collab.kernel import clock
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.web.pages import _counters
from config.settings import ROOT
from tests.factories.company import PEOPLE, address
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

CONFIG = Path(ROOT) / "config"
KEY = re.compile(r"\b[A-Z]{1,3}-\d+\b")
MOST_IN_SLACK, MOST_AT_HOME = 7, 10
PACE = (timedelta(seconds=second) for second in count(step=2))
"""Slack takes only so many Home tabs a minute, and a quick machine asks for more."""


@pytest.fixture
def database(request: pytest.FixtureRequest, empty_database):
    """Nobody yet: the sample company moves in."""
    return empty_database


@pytest.fixture
def sample(app: Flask, travel: time_machine.Coordinates, served: SlackDouble) -> list[str]:
    """The addresses of the sample company's active members, each with a Slack account."""
    with app.app_context():
        basics.take_files(CONFIG, by=None, now=clock.now())
        demo.load(CONFIG / "demo", now=clock.now())
        everyone = [actor.email for actor in people.list_actors(clock.now()) if actor.active]
    for email in set(everyone) - {address(person.name) for person in PEOPLE}:
        served.add_user(email, email)
    return everyone


def test_the_inbox_is_the_same_on_every_surface(app: Flask, sample: list[str], served: SlackDouble) -> None:
    waiting = {email: in_the_api(app, email) for email in sample}
    assert sorted(len(keys) for keys in waiting.values())[-3:] == [4, 6, 8]
    for email, keys in waiting.items():
        assert on_the_page(app, email) == keys, email
        said = served.play.slash(email, "/collab", "me").ephemeral
        shown = KEY.findall(said) if keys else []  # where nothing waits, what it names comes later
        assert list(dict.fromkeys(shown)) == keys[:MOST_IN_SLACK], email
        rows, said = at_home(app, served, email)
        assert rows == keys[:MOST_AT_HOME], email
        assert said == len(keys) == in_the_header(app, email), email


def at_home(app: Flask, slack: SlackDouble, email: str) -> tuple[list[str], int]:
    """The keys of the rows above the first line of the Home tab, and how many things its title says wait."""
    assert slack.events.home_opened(email).accepted
    with app.app_context():
        assert outbox.show_due(now=clock.now() + next(PACE)) == 1
    tab = slack.record.home_of(email)
    assert tab is not None
    kinds = [block["type"] for block in tab.blocks]
    rows = tab.blocks[: kinds.index("divider") if "divider" in kinds else None]
    asked = [block["text"]["text"] for block in rows if block["type"] == "section" and "accessory" in block]
    said = re.search(r"\d+", rows[0]["text"]["text"])
    return [KEY.findall(text.partition("\n")[2])[0] for text in asked], int(said[0]) if said else 0


def in_the_header(app: Flask, email: str) -> int:
    """The number at the inbox in the header of every page."""
    with app.app_context():
        return _counters["inbox"](people.find_actor_by_email(email, clock.now()))


def in_the_api(app: Flask, email: str) -> list[str]:
    """The keys of the rows `GET /me/inbox` gives."""
    with app.app_context():
        actor = people.find_actor_by_email(email, clock.now())
        token = tokens.create_token(actor, label="test", by=None, now=clock.now())
    return [row["key"] for row in Api(app, token).get("/me/inbox").json]


def on_the_page(app: Flask, email: str) -> list[str]:
    """The keys of the rows the first page shows, those behind "more" included."""
    with app.app_context():
        actor = people.find_actor_by_email(email, clock.now())
        secret = sessions.sign_in(actor, browser="test", way="sample", now=clock.now())
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=secret, _fresh=True)
    lists = re.findall(r'<ul class="asks">.*?</ul>', client.get("/").text, re.DOTALL)
    rows = re.findall(r"<h2>(.*?)</li>", "".join(lists), re.DOTALL)
    return [found[0] for row in rows if (found := KEY.search(row))]
