"""Plans of misfortune: each looks to a client like the real thing, strikes as often and where it should, and is noted."""

import gc
import http.client
import json
import re
import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from tests.slack_double import App, SlackDouble
from tests.slack_double.conftest import AIKO, Clock, web_client
from tests.slack_double.rules import METHODS, refusals
from tests.slack_double.rules.refusals import ANYWHERE, COMMON, OBSERVED, OWN

Say = Callable[..., Any]


@pytest.fixture
def channel(slack: SlackDouble) -> str:
    return slack.add_channel("marketing")


def delivery(name: str) -> dict[str, Any]:
    return {"event_type": "collab_delivery", "event_payload": {"delivery_id": name}}


def tried(client: WebClient, channel: str, name: str = "d1") -> str:
    """What a client that never retries makes of one message."""
    try:
        client.chat_postMessage(channel=channel, text=name, metadata=delivery(name))
    except SlackApiError as refusal:
        status = refusal.response.status_code
        return str(refusal.response["error"] if status in (200, 429) else status)
    except (OSError, http.client.HTTPException, SlackClientError, ValueError) as trouble:
        return type(trouble).__name__
    return "ok"


NOT_JSON = "Received a response in a non-JSON format"
LOSSES = {
    "reset": "ConnectionResetError",
    "end": "RemoteDisconnected",
    "hang": "TimeoutError",
    "half": "IncompleteRead",
    "chunk": "IncompleteRead",
    "html": NOT_JSON,
    "empty": NOT_JSON,
    "words": NOT_JSON,
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # slack_sdk leaves half-read answers to the collector
@pytest.mark.parametrize("after_acceptance", [True, False])
@pytest.mark.parametrize("how", LOSSES)
def test_an_answer_is_lost_before_or_after_slack_accepted(
    slack: SlackDouble, channel: str, how: str, after_acceptance: bool
) -> None:
    client = WebClient(slack.app.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)
    slack.faults.lose(1.0, how=how, after_acceptance=after_acceptance)
    outcome = tried(client, channel)
    gc.collect()
    assert re.match(LOSSES[how], outcome)
    assert slack.record.deliveries() == ({"d1": 1} if after_acceptance else {})
    assert slack.record.ambiguous() == {"d1": 1}
    assert slack.record.calls("chat.postMessage")[0].ended == how


def test_a_reset_and_a_polite_end_differ_on_the_wire(slack: SlackDouble) -> None:
    body = b'{"channel": "C1", "text": "x"}'
    head = (
        f"POST /api/chat.postMessage HTTP/1.0\r\nAuthorization: Bearer {App.bot_token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()

    def heard(how: str) -> bytes:
        slack.faults.clear()
        slack.faults.lose(1.0, how=how)
        port = int(slack.api_url.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as wire:
            wire.sendall(head + body)
            return wire.recv(100)

    assert heard("end") == b""
    with pytest.raises(ConnectionResetError):
        heard("reset")


def test_a_share_is_kept_and_the_same_seed_brings_the_same_luck(clock: Clock) -> None:
    def luck(seed: int) -> list[str]:
        with SlackDouble(clock=clock) as slack:
            slack.faults.seed(seed)
            slack.faults.lose(0.25, how="end")
            channel = slack.add_channel("marketing")
            client = web_client(slack)
            return [tried(client, channel, f"d{number}") for number in range(200)]

    first = luck(3)
    assert 30 <= sum(outcome != "ok" for outcome in first) <= 70
    assert luck(3) == first != luck(4)


def test_a_plan_may_keep_to_a_place_a_method_a_while_and_a_number(
    slack: SlackDouble, client: WebClient, clock: Clock, channel: str
) -> None:
    other = slack.add_channel("it")
    slack.faults.fail(1.0, channel=channel, lasting=60)
    assert (tried(client, channel), tried(client, other)) == ("503", "ok")
    clock.now += 61
    assert tried(client, channel) == "ok"
    slack.faults.refuse(1.0, "fatal_error", times=1)
    assert (tried(client, channel), tried(client, channel)) == ("fatal_error", "ok")
    slack.faults.fail(1.0, method="auth.test")
    assert tried(client, channel) == "ok"
    with pytest.raises(SlackApiError):
        client.auth_test()
    slack.faults.clear()
    assert client.auth_test()["ok"]


def test_a_limit_closes_one_channel_and_who_calls_into_the_pause_is_noted(
    slack: SlackDouble, client: WebClient, clock: Clock, channel: str
) -> None:
    slack.faults.limit(1.0, retry_after=5, times=1)
    with pytest.raises(SlackApiError) as told:
        client.chat_postMessage(channel=channel, text="x")
    assert told.value.response.headers["Retry-After"] == "5"
    assert tried(client, slack.add_channel("it")) == "ok"
    assert slack.record.calls_during_pause() == []
    clock.now += 2
    with pytest.raises(SlackApiError) as told:
        client.chat_postMessage(channel=channel, text="x")
    assert told.value.response.headers["Retry-After"] == "3"
    assert [call.into_pause for call in slack.record.calls_during_pause()] == [2]
    assert slack.record.calls_during_pause(grace=2.5) == []
    clock.now += 3
    assert tried(client, channel) == "ok"


def test_a_pause_of_a_person_is_one_of_their_direct_message(slack: SlackDouble, client: WebClient) -> None:
    aiko = str(client.users_lookupByEmail(email=AIKO)["user"]["id"])
    direct = str(client.chat_postMessage(channel=aiko, text="x")["channel"])
    slack.faults.limit(1.0, retry_after=5, times=1)
    assert (tried(client, direct), tried(client, aiko)) == ("ratelimited", "ratelimited")
    assert len(slack.record.calls_during_pause()) == 1


@pytest.mark.parametrize("method", METHODS)
def test_every_documented_error_can_be_had(slack: SlackDouble, client: WebClient, method: str) -> None:
    for error in sorted(refusals(method)):
        slack.faults.clear()
        slack.faults.refuse(1.0, error, method=method)
        with pytest.raises(SlackApiError) as refusal:
            client.api_call(method)
        assert refusal.value.response["error"] == error


def test_an_error_slack_does_not_document_is_a_slip(slack: SlackDouble) -> None:
    with pytest.raises(ValueError, match="users_not_found"):
        slack.faults.refuse(1.0, "users_not_found", method="chat.postMessage")


def test_the_table_of_errors_covers_the_methods_and_names_nothing_twice() -> None:
    assert OWN.keys() == METHODS.keys()
    assert OBSERVED.keys() <= OWN.keys()
    for method, own in OWN.items():
        assert not own & COMMON, method
        assert not OBSERVED.get(method, frozenset()) & (own | COMMON), method


def test_the_double_itself_refuses_only_with_known_errors(slack: SlackDouble, client: WebClient) -> None:
    def said(method: str, **arguments: Any) -> str:
        with pytest.raises(SlackApiError) as refusal:
            client.api_call(method, json=arguments)
        return str(refusal.value.response["error"])

    channel = slack.add_channel("old")
    slack.archive(channel)
    assert said("chat.postMessage", channel=channel, text="x") in refusals("chat.postMessage")
    assert said("chat.postMessage", channel="U0DOUBLEBOT", text="x") in refusals("chat.postMessage")
    assert said("conversations.open", users="U404") in refusals("conversations.open")
    assert said("chat.shout") in ANYWHERE


def test_the_record_counts_what_was_delivered_twice(slack: SlackDouble, client: WebClient, channel: str) -> None:
    for name in ("d1", "d2", "d1"):
        tried(client, channel, name)
    client.chat_postMessage(channel=channel, text="without a name")
    assert (slack.record.deliveries(), slack.record.duplicates()) == ({"d1": 2, "d2": 1}, {"d1": 2})
    tally = slack.record.tally()
    assert (tally["accepted"], tally["delivered"], tally["unnamed"]) == (4, 2, 1)
    assert ["chat.postMessage", "ok", 4] in tally["calls"]
    assert json.dumps(tally)


def test_two_thousand_messages_are_a_small_matter(slack: SlackDouble, channel: str) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {slack.app.bot_token}"
        for number in range(2000):
            body: Any = {"channel": channel, "text": "x", "metadata": delivery(f"d{number}")}
            session.post(slack.api_url + "chat.postMessage", json=body, timeout=5)
    assert slack.record.tally()["delivered"] == 2000
