"""When Slack's answer is lost: looked for, found or said again; and what is done where nobody may look."""

from __future__ import annotations

import pytest

from tests.outbox.conftest import MUST, Post
from tests.parts.databases import on_both
from tests.slack_double import DEFAULT_SCOPES, How, SlackDouble

pytestmark = on_both
LOST = [How.RESET, How.END, How.HALF, How.HTML, How.EMPTY, 500, 503, {"ok": False, "error": "internal_error"}]
without_history = pytest.mark.parametrize("scopes", [frozenset(DEFAULT_SCOPES)])


@pytest.mark.parametrize("ending", LOST, ids=str)
def test_an_answer_lost_after_slack_accepted_doubles_nothing(post: Post, slack: SlackDouble, ending: object) -> None:
    text = post.say("mika")
    slack.answer_next("chat.postMessage", ending, done_first=True)  # type: ignore[arg-type]
    post.deliver()
    assert post.row(text).state == "uncertain"
    post.wait_and_deliver(20)
    assert (post.row(text).state, post.said, post.calls) == ("sent", [text], 1)
    assert post.attempts(text)[0][0] == "found"


@pytest.mark.parametrize("ending", LOST, ids=str)
def test_an_answer_lost_before_slack_accepted_loses_nothing(post: Post, slack: SlackDouble, ending: object) -> None:
    text = post.say("mika")
    slack.answer_next("chat.postMessage", ending)  # type: ignore[arg-type]
    post.deliver()
    post.wait_and_deliver(20)
    assert (post.row(text).state, post.said, post.calls) == ("sent", [text], 2)


def test_it_is_looked_for_twice_before_it_is_said_again(post: Post, slack: SlackDouble) -> None:
    post.say("mika")
    slack.answer_next("chat.postMessage", How.RESET)
    post.deliver()
    post.wait_and_deliver(6, every=2)
    assert (post.calls, len(slack.record.calls("conversations.history"))) == (1, 1)
    post.wait_and_deliver(6, every=2)
    assert (post.calls, len(slack.record.calls("conversations.history"))) == (2, 2)


def test_a_card_found_again_is_repainted_with_its_subject(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    slack.faults.lose(1.0, method="chat.postMessage", times=2)
    post.deliver()
    post.wait_and_deliver(20)
    post.company.decide(key, "cmo", "reject")
    post.wait_and_deliver(5)
    cards = slack.record.cards_about(key)
    assert len(cards) == 3  # the two who were asked, and the requester
    assert all("actions" not in {block["type"] for block in card.blocks} for card in cards)


def test_an_update_whose_answer_was_lost_is_simply_made_again(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    post.deliver()
    slack.faults.lose(1.0, method="chat.update", times=2)
    post.company.decide(key, "cmo", "reject")
    post.deliver()
    post.wait_and_deliver(20)
    assert slack.record.duplicates() == {}
    assert slack.record.calls("conversations.history") == []
    cards = slack.record.cards_about(key)
    assert len(cards) == 3
    assert all("actions" not in {block["type"] for block in card.blocks} for card in cards)


@without_history
def test_where_nobody_may_look_a_question_is_asked_again_and_says_so(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika", kind=MUST)
    slack.answer_next("chat.postMessage", How.RESET, done_first=True)
    post.deliver()
    post.wait_and_deliver(20)
    first, second = slack.record.messages_to("mika@example.com")
    assert first.text == text
    assert second.text.endswith(text)
    assert "重複" in second.text
    assert any("重複" in str(block) for block in second.blocks)
    assert post.row(text).state == "sent"


@without_history
def test_where_nobody_may_look_news_is_not_repeated_and_not_forgotten(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    slack.answer_next("chat.postMessage", How.RESET, done_first=True)
    post.deliver()
    post.wait_and_deliver(20)
    assert (post.calls, post.row(text).state, post.row(text).problem) == (1, "broken", "answer_lost")


def test_an_answer_lost_again_and_again_is_given_up_and_said_to_be(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    slack.faults.lose(1.0, method="chat.postMessage", after_acceptance=False, channel="")
    for _ in range(60):
        post.wait_and_deliver(60, every=30)
    assert post.row(text).state == "broken"
    assert post.row(text).attempts <= 6
