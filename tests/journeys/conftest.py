"""An installation with the Slack double as its Slack, on the embedded default and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.parts.installation import Installation, installed
from tests.slack_double import SlackDouble

PEOPLE = ("ceo", "cmo", "cio", "cfo", "mika", "kenji")


KINDS = [pytest.param(kind, marks=pytest.mark.xdist_group(f"journeys-{kind}")) for kind in ("embedded", "postgresql")]
"""Those of one kind run one after the other in one process: an installation takes longer than its tests."""


@pytest.fixture(scope="module", params=KINDS)
def house(request: pytest.FixtureRequest) -> Iterator[tuple[Installation, SlackDouble]]:
    """Web, worker, beat and broker as processes; Slack is the double. One for each file: who is told five things in a few
    minutes is told them in one message, and finds no card of its own for each."""
    url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        name = f"journey_{uuid.uuid4().hex}"
        server.create(name)
        url = server.url(name)
    with SlackDouble() as slack:
        for name_ in PEOPLE:
            slack.add_user(f"{name_}@example.com", name_)
        more = {
            "SLACK_BOT_TOKEN": slack.app.bot_token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        with installed(url, more) as installation:
            slack.product_url = installation.address
            yield installation, slack
