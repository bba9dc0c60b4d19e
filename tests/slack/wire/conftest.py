"""A Slack that grants everything, and somebody to write to, without the product around."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from collab.slack.client import Posted, SlackTransport
from tests.slack.wire.basics import AIKO, PAYLOAD
from tests.slack_double import DEFAULT_SCOPES, SlackDouble
from tests.slack_double.settings import HISTORY_SCOPES


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackDouble]:
    with SlackDouble(scopes=DEFAULT_SCOPES | HISTORY_SCOPES) as double:
        yield double


@pytest.fixture(scope="module", autouse=True)
def aiko(slack: SlackDouble) -> str:
    """Her account."""
    return slack.add_user(AIKO, "佐藤愛子")


@pytest.fixture
def transport(slack: SlackDouble) -> SlackTransport:
    return SlackTransport(slack.app.bot_token, slack.api_url)


@pytest.fixture
def post(transport: SlackTransport, aiko: str) -> Callable[[], Posted]:
    """Write to her."""
    return lambda: transport.post(aiko, PAYLOAD, "one")
