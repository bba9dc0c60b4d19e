"""The three addresses under attack: forged, old, broken and foreign messages; always a 4xx, never a failure of ours."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from tests.factories import Company
from tests.slack.people import CMO, MIKA, STRANGER
from tests.slack_double import SlackDouble, buttons

ADDRESSES = ("/slack/commands", "/slack/interactions", "/slack/events")
FORM = "application/x-www-form-urlencoded"
DEEP = "[" * 10_000 + "]" * 10_000
LONE = json.dumps(
    {"type": "block_actions", "team": {"id": "T0DOUBLE"}, "user": {"id": "\ud800"}, "actions": [{"action_id": "x"}]}
)

FORGED = {
    "another secret": {"secret": "not the secret"},
    "six minutes old": {"timestamp": "1794963239"},
    "from the future": {"timestamp": "1794963961"},
    "no number": {"timestamp": "soon"},
    "huge number": {"timestamp": "9" * 400},
    "negative": {"timestamp": "-1"},
    "full-width digits": {"headers": {"X-Slack-Request-Timestamp": "１７９４９６３６００".encode().decode("latin-1")}},
    "empty": {"timestamp": ""},
    "no timestamp": {"headers": {"X-Slack-Request-Timestamp": None}},
    "no signature": {"headers": {"X-Slack-Signature": None}},
    "not ASCII": {"headers": {"X-Slack-Signature": "v0=é"}},
    "another version": {"headers": {"X-Slack-Signature": "v1=" + "0" * 64}},
    "long": {"headers": {"X-Slack-Signature": "v0=" + "0" * 9000}},
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("how", FORGED)
def test_a_forgery_gets_401(served: SlackDouble, address: str, how: str) -> None:
    assert served.play.raw(address, b"payload=%7B%7D", content_type=FORM, **FORGED[how]).status == 401


def payload(body: str) -> bytes:
    return urlencode({"payload": body}).encode()


def command(**changes: str | None) -> bytes:
    form = {
        "team_id": "T0DOUBLE", "user_id": "U1", "command": "/collab", "trigger_id": "1", "api_app_id": "A0DOUBLE", "text": "help",
        **changes,
    }  # fmt: skip
    return urlencode({name: value for name, value in form.items() if value is not None}).encode()


BROKEN = [
    ("/slack/commands", b"\xff\xfe\x00"),
    ("/slack/commands", b"text=%FF%FE"),
    ("/slack/commands", b""),
    ("/slack/commands", b"&".join(b"a%d=1" % number for number in range(5000))),
    *[("/slack/commands", command(**{name: None})) for name in ("team_id", "user_id", "command", "trigger_id")],
    ("/slack/commands", command(user_id="U\x00")),
    ("/slack/interactions", b"\xff"),
    ("/slack/interactions", b"payload"),
    ("/slack/interactions", b"nothing=here"),
    *[
        ("/slack/interactions", payload(body))
        for body in (
            "{", "[]", "null", "7", '"x"', DEEP, LONE, "{}", '{"type": "block_actions"}',
            '{"type": "block_actions", "team": 1, "user": {}}',
            '{"type": "block_actions", "team": {"id": "T"}, "user": {"id": "U"}}',
            '{"type": "block_actions", "team": {"id": "T"}, "user": {"id": "U"}, "actions": [7]}',
            '{"type": "view_submission", "team": {"id": "T"}, "user": {"id": "U"}, "view": []}',
            ('{"type": "block_actions", "team": {"id": "T0DOUBLE"}, "user": {"id": "U1"}, "trigger_id": "1",'
            ' "actions": [{"action_id": "x", "block_id": "b", "selected_option": "PR-1"}]}'),
            ('{"type": "view_submission", "team": {"id": "T0DOUBLE"}, "user": {"id": "U1"}, "trigger_id": "1",'
            ' "view": {"id": "V1", "callback_id": "x", "state": {"values": [1]}}}'),
        )
    ],
    *[("/slack/events", body) for body in (b"\xff", b"{", b"[]", DEEP.encode(), b"{}", b'{"type": "event_callback"}')],
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_signed_message_nobody_can_read_gets_400(served: SlackDouble, number: int) -> None:
    address, body = BROKEN[number]
    kind = "application/json" if address == "/slack/events" else FORM
    assert served.play.raw(address, body, content_type=kind).status == 400


def test_a_body_too_large_to_be_slacks_is_not_read(served: SlackDouble) -> None:
    assert served.play.raw("/slack/commands", b"text=" + b"x" * (1024 * 1024 + 1), content_type=FORM).status == 413


def test_another_workspace_or_another_app_is_not_ours(served: SlackDouble) -> None:
    assert served.play.raw("/slack/commands", command(), content_type=FORM).status == 200
    assert served.play.raw("/slack/commands", command(team_id="T0OTHER"), content_type=FORM).status == 401
    assert served.play.raw("/slack/commands", command(api_app_id="A0OTHER"), content_type=FORM).status == 401


def test_a_cookie_changes_nothing_and_no_form_token_is_asked_for(served: SlackDouble) -> None:
    assert (
        served.play.raw("/slack/commands", command(), content_type=FORM, headers={"Cookie": "collab=x"}).status == 200
    )


def test_slack_may_ask_whether_the_addresses_are_ours(served: SlackDouble) -> None:
    assert served.play.url_verification("the challenge").body == {"challenge": "the challenge"}
    assert served.play.raw("/slack/commands", b"ssl_check=1&token=x", content_type=FORM).status == 200


def test_an_event_is_taken(served: SlackDouble) -> None:
    assert served.play.event("app_home_opened", MIKA).status == 200


@pytest.mark.parametrize(
    "kind", ["block_actions", "view_submission", "view_closed", "shortcut", "message_action", "unheard_of"]
)
def test_buttons_of_another_version_are_answered_kindly(served: SlackDouble, kind: str) -> None:
    body = {
        "type": kind, "team": {"id": "T0DOUBLE"}, "user": {"id": "U1"}, "trigger_id": "1", "actions": [{"action_id": "gone"}],
        "view": {"id": "V1", "callback_id": "gone", "blocks": []}, "callback_id": "gone",
        "channel": {"id": "C1"}, "message": {"ts": "1.1", "text": "Please"},
    }  # fmt: skip
    reply = served.play.raw("/slack/interactions", payload(json.dumps(body)), content_type=FORM)
    assert reply.status == 200


def test_a_stranger_is_offered_a_link_and_learns_nothing(served: SlackDouble) -> None:
    for line in ("me", "help", "approve PR-1", "purchase new"):
        reply = served.play.slash(STRANGER, "/collab", line)
        assert reply.view is None
        button = buttons(served.record.ephemerals_to(STRANGER)[-1])[0]
        assert button.url
        assert button.url.startswith("http://127.0.0.1:8000/link/")


def test_a_former_member_is_a_stranger(served: SlackDouble) -> None:
    assert "連携" in served.play.slash("left@example.com", "/collab", "me").ephemeral


def test_a_dead_database_is_said_kindly(served: SlackDouble, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from collab.slack import identity

    def away(*_who: str) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(identity, "meet", away)
    assert "混み合っています" in served.play.slash(CMO, "/collab", "me").ephemeral
