"""Socket Mode: without a public address everything is as through it, and nothing that Slack says is lost or done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from collab.outbox import queries as outbox
from collab.people import queries, service
from collab.slack import socket
from collab.slack.identity import Stranger
from collab.slack.registry import edges
from collab.slack.socket import Listener
from collab.slack.talk import News
from tests.slack.people import MIKA, STRANGER, Deliver, file
from tests.slack_double import SlackDouble, text_of
from tests.slack_double.settings import App
from tests.slack_double.wire import NoAnswer

IMPATIENT = 0.25
"""Seconds the double waits for what is never acknowledged; Slack waits three."""


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    """No signing secret: nothing comes to an address."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses for tests, which have less time than Slack."""
    monkeypatch.setattr(socket, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(socket, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(socket, "REFUSED_WAIT", 0.2)
    monkeypatch.setattr(socket, "ROUND_SECONDS", 0.05)


@contextmanager
def listening(app: Flask, slack: SlackDouble, token: str = App.app_token) -> Iterator[list[str]]:
    """The product listens, in a thread; what it tells its operator."""
    told: list[str] = []
    listener = Listener(app, token, slack.api_url, told.append)
    thread = threading.Thread(target=listener.run, daemon=True)
    thread.start()
    slack.sockets.in_use = True
    try:
        yield told
    finally:
        listener.stop()
        thread.join(10)
        assert not thread.is_alive(), "it did not stop"


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """The double, with the product at the other end of a connection."""
    with listening(app, slack):
        slack.sockets.wait_until(1)
        yield slack


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.01)


def heard(monkeypatch: pytest.MonkeyPatch, *troubles: Exception) -> Callable[[Flask], int]:
    """Listen to a kind of event, in vain as often as there are troubles; how often it had its effect."""
    still = list(troubles)

    def listen(news: News) -> None:
        service.greet(Stranger(news.team, "U0HEARD", "no_member"), now=news.now)
        if still:
            raise still.pop(0)

    monkeypatch.setitem(edges.events, "user_change", listen)

    def times(app: Flask) -> int:
        with app.app_context():
            found = queries.find_stranger("T0DOUBLE", "U0HEARD")
            return int(found.times) if found else 0

    return times


def test_a_command_is_answered_to_its_sender_alone(served: SlackDouble) -> None:
    reply = served.play.slash(MIKA, "/collab", "help")
    assert "/collab" in reply.ephemeral
    assert reply.elapsed < 3
    assert [one.user for one in served.record.ephemerals_to(MIKA)] == [reply.user_id]


def test_from_the_form_to_the_decision(served: SlackDouble, deliver_later: Deliver) -> None:
    assert "PR-1" in file(served).ephemeral
    assert file(served, amount="a lot").errors, "the form stays open, with what is wrong in it"
    served.play.slash(MIKA, "/collab", "submit PR-1")
    deliver_later()
    card = next(iter(served.record.cards_about("PR-1")))
    assert served.play.click("cmo@example.com", card, "approval.approve").status == 200


def test_what_is_long_and_what_comes_in_pieces(served: SlackDouble) -> None:
    (line,) = served.sockets.lines
    long = "あ" * 40_000
    reply = served.play.slash(MIKA, "/collab", long)
    assert reply.ephemeral
    line.pieces = 7
    assert served.play.slash(MIKA, "/collab", "help").ephemeral


def test_an_event_told_again_has_no_second_effect(
    served: SlackDouble, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = heard(monkeypatch)
    assert served.events.user_change(MIKA, changes={}, event_id="Ev1", times=3).statuses == [200, 200, 200]
    assert times(app) == 1


def test_an_event_that_cannot_be_written_is_not_acknowledged(
    served: SlackDouble, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = heard(monkeypatch, OperationalError("insert", {}, Exception("gone")), RuntimeError("a bug of ours"))
    told = served.events.user_change(MIKA, changes={}, event_id="Ev1", patience=IMPATIENT)
    assert told.statuses == ["timeout", "timeout", 200]
    assert times(app) == 1
    assert served.sockets.opened == 1, "and the connection stood all the time"


def test_what_is_not_ours_or_no_message_at_all_is_not_acknowledged(served: SlackDouble, app: Flask) -> None:
    (line,) = served.sockets.lines
    for nonsense in (
        "{",
        "[]",
        "null",
        '{"envelope_id": "1"}',
        '{"envelope_id": "2", "type": "events_api", "payload": 7}',
    ):
        line.send_text(nonsense)
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_uninstalled"}}
    for foreign in ({"team_id": "T0ELSEWHERE"}, {"team_id": "T0DOUBLE", "api_app_id": "A0ELSEWHERE"}):
        assert served.sockets.deliver("events_api", {**event, **foreign}, 0.2) is None
    with app.app_context():
        assert list(outbox.list_gates()) == []
    assert served.play.slash(MIKA, "/collab", "help").status == 200, "and it goes on"


def test_somebody_unknown_learns_how_to_become_known_and_nothing_else(served: SlackDouble) -> None:
    assert "/link/" in str(served.play.slash(STRANGER, "/collab", "me").body)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_the_next_connection_stands_before_the_last_one_goes(served: SlackDouble, reason: str) -> None:
    served.sockets.refresh(reason)
    served.sockets.wait_until(2)
    assert served.sockets.count == 2
    first, _second = served.sockets.lines
    served.sockets.only = first
    assert served.play.slash(MIKA, "/collab", "help").ephemeral, "what still comes by the old one is answered"
    served.sockets.only = None
    first.end(politely=True)
    assert served.play.slash(MIKA, "/collab", "help").ephemeral


@pytest.mark.parametrize("politely", [True, False])
def test_a_connection_that_is_cut_is_opened_again(served: SlackDouble, *, politely: bool) -> None:
    for number in (2, 3):
        served.sockets.cut(politely=politely)
        served.sockets.wait_until(number)
        assert served.play.slash(MIKA, "/collab", "help").ephemeral


def test_a_connection_in_which_nobody_answers_is_given_up(served: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "PING_SECONDS", 0.1)
    monkeypatch.setattr(socket, "SILENT_SECONDS", 0.5)
    (line,) = served.sockets.lines
    time.sleep(0.8)
    assert served.sockets.opened == 1, "who answers pings is there"
    line.deaf = True
    served.sockets.wait_until(2)


def test_slack_away_for_a_while_is_told_once_and_then_all_is_well(app: Flask, slack: SlackDouble) -> None:
    slack.faults.fail(1.0, method="apps.connections.open")
    with listening(app, slack) as told:
        until(lambda: len(slack.record.calls("apps.connections.open")) >= 4)
        assert len(told) == 1
        slack.faults.clear()
        slack.sockets.wait_until(1)
        assert slack.play.slash(MIKA, "/collab", "help").ephemeral
        until(lambda: told[-1].startswith("Socket Mode: connected"))


def test_a_bad_token_is_one_clear_line_and_calm(
    app: Flask, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "REFUSED_WAIT", 30.0)
    with listening(app, slack, "xapp-revoked") as told:
        until(lambda: told)
        time.sleep(0.5)
        assert len(slack.record.calls("apps.connections.open")) == 1
    assert told[0].startswith(
        "Socket Mode: Slack does not take SLACK_APP_TOKEN (invalid_auth). Make an app-level token"
    )
    assert "xapp-" not in told[0]


def test_a_token_of_another_app_is_not_listened_to(app: Flask, slack: SlackDouble) -> None:
    slack.sockets.app_id = "A0ELSEWHERE"
    with listening(app, slack) as told:
        until(lambda: told)
    assert told[0].startswith("Socket Mode: SLACK_APP_TOKEN is app A0ELSEWHERE's, SLACK_BOT_TOKEN A0DOUBLE's.")


def test_socket_mode_switched_off_is_said(served: SlackDouble, app: Flask) -> None:
    with listening(app, served) as told:
        served.sockets.wait_until(2)
        served.sockets.refresh("link_disabled")
        until(lambda: any("switched off" in line for line in told))


def test_who_stops_finishes_what_was_begun(app: Flask, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    times, begun = heard(monkeypatch), threading.Event()
    inner = edges.events["user_change"]

    def slowly(news: News) -> None:
        begun.set()
        time.sleep(0.5)
        inner(news)

    monkeypatch.setitem(edges.events, "user_change", slowly)
    statuses: list[object] = []
    with listening(app, slack):
        slack.sockets.wait_until(1)
        tell = threading.Thread(target=lambda: statuses.extend(slack.events.user_change(MIKA, changes={}).statuses))
        tell.start()
        begun.wait(10)
    tell.join(10)
    assert statuses == [200]
    assert times(app) == 1


def test_many_at_once(served: SlackDouble) -> None:
    replies: list[str] = []
    people = [
        threading.Thread(target=lambda: replies.append(served.play.slash(MIKA, "/collab", "help").ephemeral))
        for _ in range(20)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join(20)
    assert len(replies) == 20
    assert all(replies)


def test_a_database_that_is_away_gives_kind_words(served: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_about: object) -> None:
        raise OperationalError("select", {}, Exception("the database does not answer"))

    monkeypatch.setattr("collab.slack.identity.meet", away)
    reply = served.play.slash(MIKA, "/collab", "me")
    assert text_of(served.record.ephemerals_to(MIKA)[-1]) == reply.ephemeral != ""
    assert "slack.failed" not in reply.ephemeral


def test_the_app_taken_out_is_heard(served: SlackDouble, app: Flask) -> None:
    assert served.events.app_uninstalled().accepted
    with app.app_context():
        assert [gate.name for gate in outbox.list_gates()] == ["workspace"]


def test_nothing_is_taken_at_the_addresses_without_a_secret(served: SlackDouble, app: Flask) -> None:
    assert app.test_client().post("/slack/commands", data={"command": "/collab"}).status_code == 401


def test_nobody_acknowledges_while_nobody_listens(slack: SlackDouble) -> None:
    slack.sockets.in_use = True
    with pytest.raises(NoAnswer, match="nobody acknowledged"):
        slack.play.raw("/slack/events", b"{}", patience=0.05)
