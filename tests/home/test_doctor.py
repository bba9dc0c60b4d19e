"""What `doctor` says of Slack: one line each of what is missing, why it matters and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from collab.kernel import clock
from collab.slack import service
from collab.slack.scopes import NEEDED, OPTIONAL, SCOPES, USEFUL, named
from tests.factories import Company
from tests.outbox.conftest import scopes, slack
from tests.slack_double import SlackDouble

__all__ = ["scopes", "slack"]
ALL = named(NEEDED, USEFUL, OPTIONAL)
Lines = Callable[[], list[str]]


@pytest.fixture
def address() -> dict[str, str]:
    """How Slack reaches us; a test that needs another way overrides this."""
    return {"COLLAB_BASE_URL": "https://collab.company.example", "SLACK_SIGNING_SECRET": "double-signing-secret"}


@pytest.fixture
def environment(slack: SlackDouble, address: dict[str, str]) -> dict[str, str]:
    return {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.app.bot_token, "COLLAB_DEMO": "0", **address}


@pytest.fixture
def said(app: Flask, company: Company, slack: SlackDouble) -> Lines:
    """What it says of Slack."""

    def run() -> list[str]:
        done: Result = app.test_cli_runner().invoke(args=["doctor"])
        return [line for line in done.output.splitlines() if "Slack:" in line and "holds an office" not in line]

    return run


def having(lines: list[str], words: str) -> str:
    """The one line with these words."""
    (line,) = [line for line in lines if words in line]
    return line


@pytest.mark.parametrize("scopes", [ALL])
def test_all_is_well(said: Lines, slack: SlackDouble, app: Flask, company: Company) -> None:
    with company.indoors():
        for kind in ("app_home_opened", "user_change"):
            service.is_first(f"Ev-{kind}", kind, now=clock.now())
    lines = said()
    assert [line for line in lines if not line.startswith("ok ")] == []
    assert having(lines, "requests come to https://collab.company.example/slack/commands")
    assert having(lines, "last heard of ")


@pytest.mark.parametrize("scopes", [ALL - {scope.name} for scope in SCOPES], ids=[scope.name for scope in SCOPES])
def test_each_permission_that_is_missing_is_named_with_what_it_is_for(
    said: Lines, slack: SlackDouble, scopes: frozenset[str]
) -> None:
    (missing,) = [scope for scope in SCOPES if scope.name not in scopes]
    line = next(line for line in said() if missing.name in line and not line.startswith("ok "))
    assert line.startswith("PROBLEM" if missing.rank == NEEDED else "note ")
    assert missing.name.startswith("im:") or missing.without in line


@pytest.mark.parametrize("scopes", [ALL - {"links:read", "links:write"}])
def test_what_is_missing_for_one_reason_is_one_line(said: Lines, slack: SlackDouble, scopes: object) -> None:
    line = having(said(), "links:read and links:write links to our pages stay bare")
    assert "install the app again" in line


def test_nothing_heard_yet(said: Lines) -> None:
    assert "Type /collab me" in having(said(), "nothing has come from there")


def test_nobody_has_opened_the_home_tab(said: Lines, company: Company) -> None:
    with company.indoors():
        service.is_first("Ev1", "user_change", now=clock.now())
    assert "App Home > Home Tab" in having(said(), "nobody has opened the Home tab")


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, ""), (20, ""), (60, "note "), (-60, "note "), (200, "PROBLEM"), (-900, "PROBLEM")]
)
def test_clocks_that_differ(
    said: Lines, monkeypatch: pytest.MonkeyPatch, travel: time_machine.Coordinates, seconds: int, level: str
) -> None:
    late = clock.now() - timedelta(seconds=seconds)
    monkeypatch.setattr("tests.slack_double.server._Handler.date_time_string", lambda _self: _http(late))
    lines = [line for line in said() if "clock" in line]
    assert [line[: len(level)] for line in lines] == ([level] if level else [])


def _http(moment: object) -> str:
    from email.utils import format_datetime

    return format_datetime(moment, usegmt=True)  # type: ignore[arg-type]


class TestTheWayIn:
    @pytest.mark.parametrize(
        "base",
        ["http://127.0.0.1:8000", "http://collab.company.example", "https://10.0.0.7", "https://collab"],
    )
    @pytest.mark.parametrize("address", [{}])
    def test_an_address_slack_cannot_reach(
        self, base: str, environment: dict[str, str], slack: SlackDouble, request: pytest.FixtureRequest
    ) -> None:
        environment |= {"COLLAB_BASE_URL": base, "SLACK_SIGNING_SECRET": "double-signing-secret"}
        line = having(request.getfixturevalue("said")(), "it cannot reach")
        assert line.startswith(f"PROBLEM  Slack: it cannot reach {base}")
        assert "SLACK_APP_TOKEN" in line

    @pytest.mark.parametrize("address", [{"SLACK_APP_TOKEN": "xapp-double-app"}])
    def test_socket_mode_needs_no_address(self, said: Lines, address: object) -> None:
        lines = said()
        assert having(lines, "Socket Mode works").startswith("ok ")
        assert not [line for line in lines if "cannot reach" in line]

    @pytest.mark.parametrize("address", [{"SLACK_APP_TOKEN": "xapp-revoked"}])
    def test_an_app_token_that_is_refused(self, said: Lines, address: object) -> None:
        line = having(said(), "SLACK_APP_TOKEN (invalid_auth)")
        assert line.startswith("PROBLEM")
        assert "xapp-" not in line

    @pytest.mark.parametrize("address", [{"SLACK_APP_TOKEN": "xapp-double-app", "SLACK_SIGNING_SECRET": "x"}])
    def test_both_ways_at_once(self, said: Lines, address: object) -> None:
        assert having(said(), "are both set").startswith("note ")


def test_what_slack_refuses_is_said_with_what_to_do(said: Lines, slack: SlackDouble) -> None:
    slack.revoke("account_inactive")
    line = having(said(), "account_inactive")
    assert line.startswith("PROBLEM")
    assert "install the app again" in line
