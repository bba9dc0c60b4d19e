"""Which workspace and app are ours: asked once, kept, and never waited for longer than Slack waits for us."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from collab.kernel import clock
from collab.slack.client import Home, SlackTransport
from collab.slack.problems import Later
from tests.parts.applications import application, settings_for
from tests.parts.databases import Database, on_both
from tests.slack.people import CMO
from tests.slack.tape import everything
from tests.slack_double import SlackDouble
from tests.slack_double.wire import signed


def command(app: Flask, **changes: str) -> int:
    form = {
        "team_id": "T0DOUBLE", "user_id": "U1", "command": "/collab", "text": "help", "trigger_id": "1", "api_app_id": "A0DOUBLE",
        **changes,
    }  # fmt: skip
    body = urlencode(form).encode()
    headers = signed("double-signing-secret", str(int(clock.now().timestamp())), body)
    kind = "application/x-www-form-urlencoded"
    return app.test_client().post("/slack/commands", data=body, headers=headers, content_type=kind).status_code


def asked(slack: SlackDouble, method: str) -> int:
    return len(slack.record.calls(method))


def test_the_very_first_message_may_be_a_foreign_one(app: Flask, slack: SlackDouble) -> None:
    assert command(app, api_app_id="A0OTHER") == 401
    assert command(app, team_id="T0OTHER") == 401
    assert command(app) == 200


@on_both
def test_slack_is_asked_once_and_a_later_start_knows_it(
    app: Flask, slack: SlackDouble, database: Database, tmp_path: Path, environment: dict[str, str]
) -> None:
    for _message in range(3):
        assert command(app) == 200
    with application(settings_for(database.url, tmp_path / "var", environment)) as later:
        slack.revoke()
        assert command(later, team_id="T0OTHER") == 401
        assert command(later, api_app_id="A0OTHER") == 401
    assert (asked(slack, "auth.test"), asked(slack, "bots.info")) == (1, 1)
    assert "xoxb" not in str(everything(app)["slack_installations"])


def test_a_slack_that_hangs_costs_less_than_the_three_seconds_slack_gives_us_and_is_heard_later(
    app: Flask, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = SlackTransport.home

    def slow(self: SlackTransport) -> Home | None:
        time.sleep(2.5)
        return home(self)

    monkeypatch.setattr(SlackTransport, "home", slow)
    monkeypatch.setattr("collab.slack.dispatch.dispatch", lambda _incoming: {})
    began = time.monotonic()
    assert command(app, team_id="T0OTHER") == 200, "unknown yet: the signature must do"
    assert time.monotonic() - began < 2.2
    time.sleep(1.5)
    assert command(app, team_id="T0OTHER") == 401
    assert asked(slack, "auth.test") == 1


def test_a_slack_that_refuses_is_asked_again_after_a_minute_and_not_with_every_message(
    app: Flask, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.revoke()
    monkeypatch.setattr("collab.slack.dispatch.dispatch", lambda _incoming: {})
    for _message in range(5):
        assert command(app) == 200
    assert asked(slack, "auth.test") == 1
    slack.restore()
    monkeypatch.setattr("collab.slack.home.ASK_AGAIN_SECONDS", 0.0)
    app.extensions["slack.home"]._not_before = 0.0
    assert command(app, team_id="T0OTHER") == 401


def test_nobody_is_taken_for_a_member_by_email_while_our_workspace_is_unknown(
    served: SlackDouble, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlackTransport, "home", _away)
    assert "もう一度お試しください" in served.play.slash(CMO, "/collab", "me").ephemeral
    assert everything(app)["slack_accounts"] == []


def _away(_self: SlackTransport) -> Home | None:
    raise Later("no_connection")


def test_a_person_of_another_company_in_a_shared_channel_is_a_stranger_nobody_asks_about(
    served: SlackDouble, app: Flask
) -> None:
    import json

    user = served.play._user_id(CMO)
    press = {
        "type": "block_actions", "team": {"id": "T0DOUBLE"}, "user": {"id": user, "team_id": "T0PARTNER"}, "trigger_id": "1",
        "api_app_id": "A0DOUBLE", "actions": [{"action_id": "approval.approve", "value": "PR-1:1"}],
    }  # fmt: skip
    body = urlencode({"payload": json.dumps(press)}).encode()
    before = len(served.record.calls("users.info"))
    assert served.play.raw("/slack/interactions", body, content_type="application/x-www-form-urlencoded").status == 200
    assert len(served.record.calls("users.info")) == before
    assert everything(app)["slack_accounts"] == []
    assert everything(app)["link_codes"] == []
    assert "'outside'" in everything(app)["slack_strangers"][0]


@pytest.mark.parametrize("organization", ["team", "enterprise"])
def test_a_person_of_our_own_organization_is_not_from_outside(
    served: SlackDouble, app: Flask, organization: str
) -> None:
    """In an organization, Slack names it in the place of the person's workspace."""
    import json

    press = {
        "type": "block_actions", "team": {"id": "T0DOUBLE"}, "user": {"id": served.play._user_id(CMO), "team_id": "E0OURS"},
        "trigger_id": "1", "api_app_id": "A0DOUBLE", "actions": [{"action_id": "approval.approve", "value": "PR-1:1"}],
    }  # fmt: skip
    more = (
        {"team": {"id": "T0DOUBLE", "enterprise_id": "E0OURS"}}
        if organization == "team"
        else {"enterprise": {"id": "E0OURS"}}
    )
    body = urlencode({"payload": json.dumps({**press, **more})}).encode()
    assert served.play.raw("/slack/interactions", body, content_type="application/x-www-form-urlencoded").status == 200
    assert len(everything(app)["slack_accounts"]) == 1
