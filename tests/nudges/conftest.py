"""A company whose members have Slack accounts, and things that wait for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab.kernel import clock
from tests.factories import Company
from tests.factories.company import PEOPLE, address, profile
from tests.factories.nudges import Days
from tests.slack_double import SlackDouble


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        for person in PEOPLE:
            double.add_user(address(person.name), person.name_ja, **profile(person))
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@pytest.fixture(autouse=True)
def a_round_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: time passes only when a test says so."""
    monkeypatch.setattr(clock, "ticking", lambda start: lambda: start)


@pytest.fixture
def days(company: Company, slack: SlackDouble) -> Iterator[Days]:
    made = Days(company, slack)
    made.install()
    yield made
    made.uninstall()
