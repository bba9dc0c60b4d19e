"""A company whose members have Slack accounts, and things that wait for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab.kernel import clock
from tests.factories import Company
from tests.factories.nudges import Days
from tests.parts.in_slack import company_in_slack, settings_of
from tests.slack_double import SlackDouble


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with company_in_slack() as double:
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return settings_of(slack)


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
