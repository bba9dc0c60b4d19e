"""Rates, when they are asked for: what exceeds is answered 429, and the app has to keep the pause."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_double import Rates, SlackDouble
from tests.slack_double.conftest import AIKO, Clock


def waits(client: WebClient, method: str, **arguments: str) -> int:
    """The seconds a call is told to wait; 0 when it is welcome."""
    try:
        client.api_call(method, json=arguments)
    except SlackApiError as refusal:
        if refusal.response.status_code != 429:
            raise
        return int(refusal.response.headers["Retry-After"])
    return 0


def test_without_rates_everything_passes(slack: SlackDouble, client: WebClient) -> None:
    channel = slack.add_channel("marketing")
    assert not any(waits(client, "chat.postMessage", channel=channel, text="x") for _ in range(30))


def test_a_channel_takes_a_short_burst_and_then_a_message_a_second(
    slack: SlackDouble, client: WebClient, clock: Clock
) -> None:
    slack.rates = Rates()
    marketing, it = slack.add_channel("marketing"), slack.add_channel("it")
    assert [waits(client, "chat.postMessage", channel=marketing, text="x") for _ in range(4)] == [0, 0, 0, 1]
    assert waits(client, "chat.postMessage", channel=it, text="x") == 0
    for _ in range(5):
        clock.now += 1
        assert waits(client, "chat.postMessage", channel=marketing, text="x") == 0
    assert slack.record.calls_during_pause() == []


def test_the_workspace_has_a_budget_of_its_own(slack: SlackDouble, client: WebClient, clock: Clock) -> None:
    slack.rates = Rates(per_minute=5)
    channels = [slack.add_channel(f"c{number}") for number in range(7)]
    assert [waits(client, "chat.postMessage", channel=one, text="x") for one in channels] == [0] * 5 + [60, 60]
    assert len(slack.record.calls_during_pause()) == 1
    clock.now += 60
    assert waits(client, "chat.postMessage", channel=channels[0], text="x") == 0


@pytest.mark.parametrize(
    ("method", "allowed"), [("users.list", 20), ("users.lookupByEmail", 50), ("users.info", 100), ("auth.test", 150)]
)
def test_methods_have_tiers(slack: SlackDouble, client: WebClient, method: str, allowed: int) -> None:
    aiko = str(client.users_lookupByEmail(email=AIKO)["user"]["id"])
    slack.rates = Rates()
    arguments = {"users.lookupByEmail": {"email": AIKO}, "users.info": {"user": aiko}}.get(method, {})
    assert [waits(client, method, **arguments) for _ in range(allowed)] == [0] * allowed
    if method != "auth.test":
        assert waits(client, method, **arguments) == 60


def test_a_pause_holds_although_the_rates_would_allow_the_call(
    slack: SlackDouble, client: WebClient, clock: Clock
) -> None:
    slack.rates = Rates(per_minute=1)
    channel = slack.add_channel("marketing")
    assert [waits(client, "chat.postMessage", channel=channel, text="x") for _ in range(2)] == [0, 60]
    slack.rates = None
    clock.now += 59
    assert waits(client, "chat.postMessage", channel=channel, text="x") == 1
