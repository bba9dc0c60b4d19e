"""Answers that never came, calls that never left, and looking for what became of them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from collab.slack import client, wire
from collab.slack.client import Posted, SlackTransport
from collab.slack.problems import (
    DEFAULT_WAIT,
    LONGEST_WAIT,
    CannotLook,
    Later,
    Uncertain,
    Unknown,
    WorkspaceBroken,
)
from collab.slack.wire import Wire
from tests.slack.wire.basics import AIKO, PAYLOAD, now
from tests.slack_double import DEFAULT_SCOPES, SlackDouble
from tests.slack_double.faults import How
from tests.slack_double.settings import HISTORY_SCOPES

# Answers that are none


LOSSES: list[tuple[How | str, str]] = [
    (How.RESET, "cut_off"), (How.END, "cut_off"), (How.HALF, "cut_off"), (How.CHUNK, "cut_off"),
    (How.HTML, "not_json"), (How.EMPTY, "not_json"), (How.WORDS, "not_json"),
    ("[]", "not_json"), ("null", "not_json"), ('"ok"', "not_json"), ("[" * 100_000, "not_json"),
    ("{}", "not_json"), ('{"ok": false}', "not_json"), ('{"ok": false, "error": {"a": 1}}', "not_json"),
    ('{"ok": false, "error": "Not A Code!"}', "not_json"),
    ('{"ok": true}', "not_json"), ('{"ok": true, "channel": "D1"}', "not_json"),
    ('{"ok": true, "channel": "D1", "ts": 1.5}', "not_json"),
]  # fmt: skip


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(("answer", "error"), LOSSES)
def test_a_lost_answer_is_uncertain_and_nothing_is_said_twice(
    slack: SlackDouble, answer: How | str, error: str, accepted: bool, post: Callable[[], Posted]
) -> None:
    slack.answer_next("chat.postMessage", answer, done_first=accepted)
    calls, messages = len(slack.record.calls("chat.postMessage")), len(slack.record.messages())
    with pytest.raises(Uncertain) as trouble:
        post()
    assert trouble.value.error == error
    assert len(slack.record.calls("chat.postMessage")) == calls + 1
    assert len(slack.record.messages()) == messages + accepted


def test_slack_says_nothing(slack: SlackDouble, aiko: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 1)
    slack.answer_next("chat.postMessage", TimeoutError())
    with pytest.raises(Uncertain) as trouble:
        SlackTransport(slack.app.bot_token, slack.api_url).post(aiko, PAYLOAD, "one")
    assert trouble.value.error == "timed_out"


def test_whose_workspace_it_is_is_asked_within_slacks_three_seconds(
    slack: SlackDouble, transport: SlackTransport
) -> None:
    slack.answer_next("auth.test", TimeoutError())
    with pytest.raises(Uncertain):
        transport.home()
    assert client.SHORT_TIMEOUT < 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_server_that_failed_may_have_acted(slack: SlackDouble, status: int, post: Callable[[], Posted]) -> None:
    slack.answer_next("chat.postMessage", status)
    with pytest.raises(Uncertain) as trouble:
        post()
    assert trouble.value.error == f"http_{status}"


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_refusal_that_is_not_slacks_is_unknown(slack: SlackDouble, status: int, post: Callable[[], Posted]) -> None:
    slack.answer_next("chat.postMessage", status)
    with pytest.raises(Unknown) as trouble:
        post()
    assert trouble.value.error == f"http_{status}"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "7"}, 7), ({"retry-after": "7"}, 7), ({"Retry-After": " 12 "}, 12), ({}, DEFAULT_WAIT),
        ({"Retry-After": ""}, DEFAULT_WAIT), ({"Retry-After": "soon"}, DEFAULT_WAIT), ({"Retry-After": "-5"}, DEFAULT_WAIT),
        ({"Retry-After": "1.5"}, DEFAULT_WAIT), ({"Retry-After": "9" * 5000}, DEFAULT_WAIT),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, DEFAULT_WAIT),
        ({"Retry-After": "0"}, 1), ({"Retry-After": "99999"}, LONGEST_WAIT),
    ],
)  # fmt: skip
def test_too_many_requests(
    slack: SlackDouble, header: dict[str, str], seconds: int, post: Callable[[], Posted]
) -> None:
    slack.answer_next("chat.postMessage", 429, headers=header)
    with pytest.raises(Later) as trouble:
        post()
    assert (trouble.value.error, trouble.value.retry_after) == ("ratelimited", seconds)


def test_a_wait_that_is_announced_with_status_200_counts_too(slack: SlackDouble, post: Callable[[], Posted]) -> None:
    slack.answer_next("chat.postMessage", {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "11"})
    with pytest.raises(Later) as trouble:
        post()
    assert trouble.value.retry_after == 11


# Before anything was sent


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        _not_sent(f"http://127.0.0.1:{taken.getsockname()[1]}/api/")


def test_a_name_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_name: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    _not_sent("http://slack.invalid/api/")


def test_a_handshake_that_fails(slack: SlackDouble) -> None:
    _not_sent(slack.api_url.replace("http://", "https://"))


def test_a_connection_that_does_not_come_about_in_time() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # fill the queue: whoever comes next is not even answered
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(full.getsockname())
        _not_sent(f"http://127.0.0.1:{full.getsockname()[1]}/api/")
        for one in waiting:
            one.close()


def _not_sent(address: str) -> None:
    with pytest.raises(Later) as trouble:
        Wire("xoxb", address, timeout=0.5).call("chat.postMessage", channel="C1", text="x")
    assert (trouble.value.error, trouble.value.retry_after) == ("no_connection", wire.RECONNECT_WAIT)


# Looking for what was sent


def test_a_delivery_is_found_where_it_stands(slack: SlackDouble, transport: SlackTransport, aiko: str) -> None:
    slack.answer_next("chat.postMessage", How.RESET, done_first=True)
    since = now()
    with pytest.raises(Uncertain):
        transport.post(aiko, PAYLOAD, "lost-and-found")
    message = slack.record.last_to(AIKO)
    assert transport.find_delivery(aiko, "lost-and-found", since) == Posted(message.channel, message.ts)
    assert transport.find_delivery(message.channel, "lost-and-found", since) == Posted(message.channel, message.ts)
    assert transport.find_delivery(aiko, "never-sent", since) is None


def test_an_edited_card_is_still_found(slack: SlackDouble, transport: SlackTransport, aiko: str) -> None:
    since = now()
    posted = transport.post(aiko, PAYLOAD, "edited")
    transport.update(posted, {"text": "y", "blocks": []})
    assert slack.record.last_to(AIKO).text == "y"
    assert transport.find_delivery(posted.channel, "edited", since) == posted


def test_what_was_said_before_is_not_looked_at(slack: SlackDouble, transport: SlackTransport, aiko: str) -> None:
    posted = transport.post(aiko, PAYLOAD, "long-ago")
    assert transport.find_delivery(posted.channel, "long-ago", now()) is None


def test_a_long_conversation_is_read_page_by_page_but_not_for_ever(
    slack: SlackDouble, transport: SlackTransport, monkeypatch: pytest.MonkeyPatch, aiko: str
) -> None:
    monkeypatch.setattr(client, "LOOK_PAGE", 2)
    monkeypatch.setattr(client, "LOOK_PAGES", 3)
    since = now()
    for number in range(5):
        transport.post(aiko, PAYLOAD, f"before {number}")
    sixth = transport.post(aiko, PAYLOAD, "sixth")
    assert transport.find_delivery(sixth.channel, "sixth", since) == sixth  # the last of three pages
    transport.post(aiko, PAYLOAD, "seventh")
    with pytest.raises(CannotLook) as trouble:
        transport.find_delivery(sixth.channel, "seventh", since)
    assert trouble.value.error == "too_many_messages"


@pytest.mark.parametrize("missing", ["im:history", "im:write"])
def test_without_the_permission_nobody_says_that_it_is_not_there(missing: str) -> None:
    with SlackDouble(scopes=(DEFAULT_SCOPES | HISTORY_SCOPES) - {missing}) as double:
        user = double.add_user(AIKO, "佐藤愛子")
        transport = SlackTransport(double.app.bot_token, double.api_url)
        since = now()
        transport.post(user, PAYLOAD, "unseen")
        with pytest.raises(CannotLook):
            transport.find_delivery(user, "unseen", since)


@pytest.mark.parametrize("error", ["channel_not_found", "invalid_cursor", "access_denied"])
def test_whatever_else_keeps_us_from_looking_is_no_answer_either(
    slack: SlackDouble, transport: SlackTransport, error: str, aiko: str
) -> None:
    slack.answer_next("conversations.history", {"ok": False, "error": error})
    with pytest.raises(CannotLook):
        transport.find_delivery(aiko, "x", now())


def test_a_dead_token_shows_while_looking(slack: SlackDouble, transport: SlackTransport, aiko: str) -> None:
    slack.answer_next("conversations.history", {"ok": False, "error": "token_revoked"})
    with pytest.raises(WorkspaceBroken):
        transport.find_delivery(aiko, "x", now())


# Whether all is well


def test_a_healthy_installation(slack: SlackDouble, transport: SlackTransport) -> None:
    health = transport.check()
    assert (health.team, health.bot_user) == (slack.app.team_id, slack.app.bot_user_id)
    assert (health.missing, health.can_look) == (frozenset(), True)


def test_an_installation_with_too_few_permissions(slack: SlackDouble, transport: SlackTransport) -> None:
    answer = {"ok": True, "team_id": "T1", "user_id": "U1"}
    slack.answer_next("auth.test", answer, headers={"x-oauth-scopes": "chat:write,commands,users:read"})
    health = transport.check()
    assert (health.missing, health.can_look) == ({"users:read.email"}, False)


def test_permissions_nobody_told_us_are_not_missing(slack: SlackDouble, transport: SlackTransport) -> None:
    slack.answer_next("auth.test", {"ok": True, "team_id": "T1", "user_id": "U1"}, headers={"x-oauth-scopes": ""})
    assert transport.check().missing == frozenset()


def test_a_dead_token_shows(slack: SlackDouble, transport: SlackTransport) -> None:
    slack.answer_next("auth.test", {"ok": False, "error": "account_inactive"})
    with pytest.raises(WorkspaceBroken):
        transport.check()
