"""Pace: a message a second per recipient, Slack's pauses kept, and nobody in the way of anybody else."""

from __future__ import annotations

from collab.outbox.rules import pace
from tests.outbox.conftest import Post
from tests.parts.databases import on_both
from tests.slack_double import Rates, SlackDouble

pytestmark = on_both


def test_a_channel_gets_a_short_burst_and_then_its_pace(post: Post) -> None:
    place = post.channel("busy")
    for _ in range(12):
        post.say(place)
    post.deliver()
    assert len(post.said) == pace.of_recipient("").burst
    post.wait_and_deliver(4, every=1)
    assert pace.of_recipient("").burst + 3 <= len(post.said) <= pace.of_recipient("").burst + 4
    post.wait_and_deliver(8, every=1)
    assert len(post.said) == 12


def test_a_full_channel_is_in_nobodys_way(post: Post) -> None:
    place = post.channel("busy")
    for _ in range(30):
        post.say(place)
    other = post.say(post.channel("quiet"))
    post.round(limit=10)
    assert other in post.said


def test_the_order_of_a_channel_is_kept(post: Post) -> None:
    place = post.channel("busy")
    texts = [post.say(place) for _ in range(12)]
    post.wait_and_deliver(15, every=1)
    assert post.said == texts


def test_a_pause_slack_asks_for_holds_for_the_whole_channel(post: Post, slack: SlackDouble) -> None:
    place = post.channel("one")
    texts = [post.say(place) for _ in range(3)]
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "7"})
    post.deliver()
    assert (post.calls, post.states) == (1, {"waiting": 3})
    late = post.say(place)
    post.wait_and_deliver(5)
    assert post.calls == 1
    post.wait_and_deliver(10)
    assert sorted(post.said) == sorted([*texts, late])
    assert post.calls == 5


def test_a_pause_of_one_channel_is_not_anothers(post: Post, slack: SlackDouble) -> None:
    post.say(post.channel("one"))
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "60"})
    post.deliver()
    text = post.say(post.channel("two"))
    post.deliver()
    assert post.said == [text]


def test_an_absurd_pause_is_not_kept_for_ever(post: Post, slack: SlackDouble) -> None:
    text = post.say(post.channel("one"))
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "99999999"})
    post.deliver()
    post.later(seconds=pace.LONGEST_PAUSE.total_seconds() + 1)
    post.deliver()
    assert post.said == [text]


def test_slack_refuses_nothing_for_our_speed(post: Post, slack: SlackDouble) -> None:
    """A double that enforces the limits, on its own clock: two channels, more than a minute's budget."""
    clock = [post.company.now.timestamp()]
    slack._slack.clock = lambda: clock[0]
    slack.rates = Rates(per_minute=300)
    places = [post.channel(f"c{n}") for n in range(80)]
    for n in range(320):
        post.say(places[n % 80])
    for _ in range(75):
        post.deliver()
        post.later(seconds=1)
        clock[0] = post.company.now.timestamp()
    assert post.states == {"sent": 320}
    assert {call.outcome for call in slack.record.calls("chat.postMessage")} == {"ok"}


def test_waiting_counts_no_strike(post: Post, slack: SlackDouble) -> None:
    text = post.say(post.channel("one"))
    slack.faults.limit(1.0, retry_after=1, times=20)
    for _ in range(30):
        post.wait_and_deliver(5)
    assert post.row(text).state == "sent"
    assert (post.row(text).strikes, post.calls) == (0, 21)
