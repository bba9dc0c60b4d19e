"""What Slack refuses, by class: this recipient, this workspace, our own mistake, something nobody documented."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.kernel.errors import NotFound, NotNow
from collab.outbox import queries, service
from tests.outbox.conftest import Post
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble, text_of

pytestmark = on_both


def refuse(slack: SlackDouble, error: str) -> None:
    slack.answer_next("chat.postMessage", {"ok": False, "error": error})


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "not_in_channel", "user_disabled", "cannot_dm_bot"]
)
def test_a_recipient_slack_does_not_reach_is_given_up_and_the_administrators_hear_once(
    post: Post, slack: SlackDouble, error: str
) -> None:
    first = post.say("mika")
    refuse(slack, error)
    post.deliver()
    assert (post.row(first).state, post.row(first).problem) == ("broken", error)
    post.say("mika")
    refuse(slack, error)
    post.deliver()
    (told,) = slack.record.messages_to("admin@example.com")
    assert "田辺 美香" in text_of(told)


def test_an_administrator_who_cannot_be_reached_is_no_reason_to_write_to_them(post: Post, slack: SlackDouble) -> None:
    slack.faults.refuse(1.0, "channel_not_found")
    post.say("admin")
    post.say("mika")
    post.deliver()
    assert [call.arguments["channel"] for call in slack.record.calls("chat.postMessage")].count(
        slack._slack.people.with_email("admin@example.com").id
    ) == 2  # their own message, and the news about Mika


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
def test_a_workspace_that_refuses_us_stops_everything_and_loses_nothing(
    post: Post, slack: SlackDouble, error: str
) -> None:
    texts = [post.say(post.channel(f"c{n}")) for n in range(10)]
    slack.revoke(error)
    post.deliver()
    assert (post.calls, post.states) == (1, {"pending": 10})
    post.say(post.channel("more"))
    for _ in range(20):
        post.later(seconds=30)
        post.sweep()
    assert post.calls == 1
    slack.restore()
    for _ in range(12):
        post.later(seconds=30)
        post.sweep()
        post.deliver()
    assert set(texts) < set(post.said)
    assert post.states == {"sent": 11}


def test_while_the_workspace_refuses_us_it_is_asked_ever_more_rarely(post: Post, slack: SlackDouble) -> None:
    post.say(post.channel("one"))
    slack.revoke("token_revoked")
    post.deliver()
    for _ in range(120):
        post.later(seconds=10)
        post.sweep()
    assert 3 <= len(slack.record.calls("auth.test")) <= 8


def test_an_operators_pause_stops_everything_until_resume(post: Post, indoors_again: Callable[..., object]) -> None:
    text = post.say("mika")
    assert indoors_again(service.pause, "maintenance", by=None, now=post.company.now)
    assert not indoors_again(service.pause, "again", by=None, now=post.company.now)
    post.wait_and_deliver(60)
    assert (post.calls, post.row(text).state) == (0, "pending")
    assert indoors_again(service.resume, by=None, now=post.company.now)
    assert not indoors_again(service.resume, by=None, now=post.company.now)
    post.deliver()
    assert post.said == [text]


def test_a_message_slack_finds_malformed_is_said_once_in_plain_words(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    refuse(slack, "invalid_blocks")
    post.deliver()
    (message,) = slack.record.messages_to("mika@example.com")
    assert (message.text, message.blocks, post.row(text).state, post.calls) == (text, [], "sent", 2)


def test_plain_words_that_are_refused_too_are_given_up(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    slack.faults.refuse(1.0, "invalid_blocks", times=2)
    post.deliver()
    assert (post.row(text).state, post.row(text).problem) == ("broken", "invalid_blocks")
    assert len(slack.record.messages_to("admin@example.com")) == 1


def test_an_error_nobody_documented_counts_as_a_lost_answer_once(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    refuse(slack, "brand_new_error")
    post.deliver()
    assert post.row(text).state == "uncertain"
    refuse(slack, "brand_new_error")
    post.wait_and_deliver(30)
    assert (post.row(text).state, post.row(text).problem) == ("broken", "brand_new_error")
    assert len(slack.record.messages_to("admin@example.com")) == 1


def test_somebody_without_a_slack_account_keeps_their_message_in_sight(post: Post, slack: SlackDouble) -> None:
    text = post.say("emma")
    post.deliver()
    assert (post.row(text).state, post.row(text).problem, post.calls) == ("broken", "no_slack_account", 1)


def test_a_broken_message_can_be_tried_again_or_let_go(
    post: Post, slack: SlackDouble, indoors_again: Callable[..., object]
) -> None:
    first, second = post.say("mika"), post.say("nao")
    slack.faults.refuse(1.0, "is_archived", times=2)
    post.deliver()
    slack.faults.clear()
    indoors_again(service.retry, post.row(first).id, by=None, now=post.company.now)
    indoors_again(service.dismiss, post.row(second).id, by=None, now=post.company.now)
    post.deliver()
    assert (post.row(first).state, post.row(second).state) == ("sent", "superseded")
    with pytest.raises(NotNow):
        indoors_again(service.retry, post.row(first).id, by=None, now=post.company.now)
    with pytest.raises(NotFound):
        indoors_again(service.retry, 10**6, by=None, now=post.company.now)


def test_a_message_that_is_late_although_nothing_stops_it_is_stuck(
    post: Post, indoors_again: Callable[..., object]
) -> None:
    post.say("mika")
    post.later(minutes=11)
    assert indoors_again(queries.count_stuck, post.company.now) == 1
    indoors_again(service.pause, "maintenance", by=None, now=post.company.now)
    assert indoors_again(queries.count_stuck, post.company.now) == 0


@pytest.fixture
def indoors_again(post: Post) -> Callable[..., object]:
    """Call something inside the application, apart from the rounds of workers."""

    def call(act: Callable[..., object], *given: object, **more: object) -> object:
        with post.company.indoors():
            return act(*given, **more)

    return call
