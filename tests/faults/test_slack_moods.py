"""Slack closes channels for a while, or will not know us for a while: nobody presses, nothing is lost, nothing else waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from statistics import median

import pytest

from tests.faults.house import House, until
from tests.faults.plans import Plan, number_of, numbers_in

POST = "chat.postMessage"
UNDER_WAY = 1.0
"""Seconds in which a call may still arrive that was begun before the first "no" was written down."""

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(1500)]


@pytest.fixture
def subject(home: House) -> str:
    key = home.request()
    home.settle(60)
    return key


def stand(home: House, plan: Plan) -> Counter[str]:
    """How often each of a plan's messages stands in its channels."""
    places = set(plan.channels)
    shown = [one["shown"] for one in home.slack.messages() if one["channel"] in places]
    return Counter(number for words in shown for number in set(numbers_in(words)))


def each_once(plan: Plan) -> dict[str, int]:
    return {number_of(number): 1 for number in range(plan.news)}


def waits(home: House, channels: list[str]) -> list[float]:
    """Seconds from writing to sending, of every message to these channels."""
    rows = home.ask("select lane, created_at, settled_at from outbox_messages")
    return [(moment(settled) - moment(made)).total_seconds() for lane, made, settled in rows if lane in channels]


def moment(written: datetime | str) -> datetime:
    """SQLite keeps moments as words."""
    return datetime.fromisoformat(written) if isinstance(written, str) else written


def weather_a_storm(home: House, subject: str, *, news: int, seconds: float) -> None:
    """Fifty channels close for 5 s at their first message, five never do; the news go to all in turn."""
    stormy, calm = home.channels(50, f"stormy{news}-"), home.channels(5, f"calm{news}-")
    plan = Plan(f"storm{news}", subject, news, stormy + calm, seconds)
    for channel in stormy:
        home.slack.fault("limit", 1.0, retry_after=5, channel=channel, times=1)
    before = home.slack.calls(POST)
    with home.saying(plan):
        pass
    home.settle(120)
    home.slack.calm()
    assert stand(home, plan) == each_once(plan)
    assert home.slack.calls(POST, "ratelimited") >= 50
    assert home.slack.calls(POST) - before <= 1.1 * news
    assert [call for call in home.slack.tally()["calls_during_pause"] if call[2] > UNDER_WAY] == []
    assert median(waits(home, calm)) < median(waits(home, stormy)) - 2, "the calm channels had to wait as well"


def test_a_storm_of_429_over_fifty_channels(home: House, subject: str) -> None:
    weather_a_storm(home, subject, news=605, seconds=8)


@pytest.mark.soak
def test_a_long_storm(home: House, subject: str) -> None:
    weather_a_storm(home, subject, news=3300, seconds=90)


def refuse_and_take_back(home: House, subject: str, error: str) -> None:
    """The token goes bad while messages are on their way, and good again later."""
    broken = home.states()["broken"]
    plan = Plan(error, subject, 150, home.channels(50, error), 4)
    with home.saying(plan):
        until(lambda: stand(home, plan).total() > 30, 30)
        home.slack.revoke(error)
    until(lambda: home.slack.calls(POST, error), 20)
    until(lambda: home.slack.calls("auth.test", error) >= 2, 30, lambda: "nobody asks whether the token is good again")
    assert late_calls(home, error) == []
    assert home.states()["broken"] == broken
    home.slack.restore()
    home.settle(60)
    assert stand(home, plan) == each_once(plan)


def late_calls(home: House, error: str) -> list[float]:
    """When messages were still sent although the token had been refused: seconds after the first refusal."""
    calls = [call for call in home.slack.ask("GET", "record")["calls"] if call["method"] == POST]
    refused = [call["at"] for call in calls if call["outcome"] == error]
    return [round(at - refused[0], 2) for at in refused if at - refused[0] > UNDER_WAY]


@pytest.mark.parametrize("error", ["token_revoked", pytest.param("account_inactive", marks=pytest.mark.soak)])
def test_a_token_refused_and_taken_back(home: House, subject: str, error: str) -> None:
    refuse_and_take_back(home, subject, error)


def test_an_uninstalled_app_hears_of_it_before_it_calls(home: House, subject: str) -> None:
    """The event shuts the gate: not even one message is sent in vain."""
    home.slack.revoke("account_inactive")
    sent = home.slack.ask("POST", "events", event={"type": "tokens_revoked", "tokens": {"bot": ["U0DOUBLEBOT"]}})
    assert sent["statuses"] == [200]
    plan = Plan("uninstalled", subject, 20, home.channels(20, "uninstalled"), 1)
    before = home.slack.calls(POST)
    with home.saying(plan):
        pass
    assert home.slack.calls(POST) == before
    home.slack.restore()
    home.settle(60)
    assert stand(home, plan) == each_once(plan)
