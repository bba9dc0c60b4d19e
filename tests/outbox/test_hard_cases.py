"""What a hostile reader found: holds without end, gates that open and shut, one bad message among good ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from collab.outbox import queries, service
from collab.outbox.registry import MessageKind, Rendered, add_kind, kinds
from collab.slack.client import Posted, SlackTransport
from tests.outbox.conftest import MUST, Post
from tests.parts.databases import on_both
from tests.slack_double import DEFAULT_SCOPES, How, SlackDouble, text_of

pytestmark = on_both
DEADLY, FAULTY = "test.deadly", "test.faulty"
without_history = pytest.mark.parametrize("scopes", [frozenset(DEFAULT_SCOPES)])


class Dies(BaseException):
    """The process ends."""


@pytest.fixture(autouse=True)
def _bad_kinds() -> Iterator[None]:
    add_kind(MessageKind(DEADLY, _die))
    add_kind(MessageKind(FAULTY, _fail, line=_fail))
    yield
    for code in (DEADLY, FAULTY):
        kinds.pop(code)


def _die(_envelope: Any) -> Rendered | None:
    raise Dies


def _fail(_envelope: Any) -> Any:
    raise RuntimeError("cannot be said")


def heard(slack: SlackDouble, name: str = "mika") -> list[str]:
    return [text_of(message) for message in slack.record.messages_to(f"{name}@example.com")]


def test_nothing_is_held_twice_however_much_was_said(post: Post) -> None:
    for _ in range(80):
        post.say("mika")
        post.deliver()
        post.later(minutes=3)
    question = post.say("mika", kind=MUST)
    post.deliver()
    assert post.row(question).state == "pending"
    for _ in range(25):
        post.later(minutes=5)
        post.deliver()
    assert post.row(question).state == "sent"


def test_urgent_messages_do_not_keep_the_others_waiting(post: Post) -> None:
    for _ in range(10):
        post.say("mika")
        post.deliver()
        post.later(seconds=2)
    question = post.say("mika", kind=MUST)
    for _ in range(15):
        post.say("mika", urgent=True)
        post.deliver()
        post.later(seconds=28)
    assert post.row(question).state == "sent"


def test_a_day_ahead_and_back_silences_nobody(post: Post, slack: SlackDouble) -> None:
    post.later(days=1)
    for _ in range(10):
        post.say("mika")
        post.deliver()
        post.later(seconds=2)
    held = post.say("mika", kind=MUST)
    post.deliver()
    post.later(days=-1)
    new = post.say("mika", kind=MUST)
    post.wait_and_deliver(10)
    assert held in " ".join(heard(slack))
    assert new in " ".join(heard(slack))


def test_a_refusal_that_a_probe_does_not_see_is_not_tried_again_every_few_seconds(
    post: Post, slack: SlackDouble
) -> None:
    post.say("mika")
    slack.faults.refuse(1.0, "messages_tab_disabled")
    for _ in range(240):
        post.later(seconds=15)
        post.sweep()
    assert post.calls < 20


@pytest.mark.parametrize("scopes", [frozenset(DEFAULT_SCOPES) - {"users:read.email"}])
def test_a_scope_that_is_missing_keeps_the_gate_shut_until_it_is_granted(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika")
    for _ in range(40):
        post.later(seconds=15)
        post.sweep()
    assert len(slack.record.calls("users.lookupByEmail")) == 1
    slack.scopes = DEFAULT_SCOPES
    for _ in range(40):
        post.later(seconds=15)
        post.sweep()
    assert post.row(text).state == "sent"


@pytest.mark.parametrize("place", ["first", "last"])
def test_one_message_that_cannot_be_said_takes_no_other_along(post: Post, slack: SlackDouble, place: str) -> None:
    if place == "first":
        post.say("mika", kind=FAULTY)
    good = [post.say("mika") for _ in range(6)]
    if place == "last":
        post.say("mika", kind=FAULTY)
    post.wait_and_deliver(60)
    assert all(text in " ".join(heard(slack)) for text in good)


def test_a_message_that_kills_its_worker_is_given_up_and_its_neighbour_is_not(post: Post, slack: SlackDouble) -> None:
    deadly = post.say(post.channel("one"), kind=DEADLY)
    mate = post.say(post.channel("two"))
    for _ in range(20):
        with suppress(Dies):
            post.round()
        post.later(seconds=31)
    assert mate in post.said
    with post.company.app.app_context():
        (broken,) = queries.list_broken()
    assert (broken.problem, broken.subject) == ("worker_died", "T-1")
    assert deadly not in post.said


def test_who_left_reads_nothing_more_on_their_cards(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    post.wait_and_deliver(5)
    post.company.leaves("cmo")
    post.wait_and_deliver(10)
    post.company.decide(key, "cio", "reject", comment="for our eyes only")
    post.wait_and_deliver(20)
    assert "for our eyes only" not in " ".join(heard(slack, "cmo"))


@pytest.mark.parametrize("took", [1, 60], ids=["within its lease", "beyond its lease"])
def test_an_update_that_was_overtaken_leaves_no_old_face(
    post: Post, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, took: int
) -> None:
    key = post.company.filed()
    post.wait_and_deliver(5)
    update: Callable[..., None] = SlackTransport.update
    overtaken: list[Posted] = []

    def slow(self: SlackTransport, at: Posted, payload: Any) -> None:
        if not overtaken:
            overtaken.append(at)
            other = threading.Thread(target=_rejected_meanwhile, args=(post, key, took))
            other.start()
            other.join()
        update(self, at, payload)

    monkeypatch.setattr(SlackTransport, "update", slow)
    post.company.decide(key, "cmo", "approve")
    post.deliver()
    post.wait_and_deliver(30)
    assert overtaken
    assert all(
        words.startswith("*却下") or "却下" in words[:20] for name in ("cmo", "cio") for words in heard(slack, name)
    )


def _rejected_meanwhile(post: Post, key: str, took: int) -> None:
    began = post.company.now
    post.company.decide(key, "cio", "reject")
    post.company.later(seconds=(began - post.company.now).total_seconds() + took)
    post.deliver()


def test_a_card_somebody_deleted_is_no_trouble(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    post.wait_and_deliver(5)
    slack.faults.refuse(1.0, "message_not_found", method="chat.update")
    post.company.decide(key, "cmo", "approve")
    post.company.decide(key, "cio", "reject")
    post.wait_and_deliver(20)
    with post.company.indoors():
        assert queries.count_faults() == 0
    assert heard(slack, "admin") == []


def test_an_update_slack_finds_malformed_is_made_once_more_in_plain_words(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    post.wait_and_deliver(5)
    slack.faults.refuse(1.0, "invalid_blocks", method="chat.update", times=2)
    post.company.decide(key, "cmo", "reject")
    post.wait_and_deliver(20)
    for name in ("cmo", "cio"):
        assert slack.record.messages_to(f"{name}@example.com")[0].blocks == []


@without_history
def test_a_question_that_may_be_a_repetition_never_hides_in_a_bundle(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika", kind=MUST)
    slack.answer_next("chat.postMessage", How.RESET, done_first=True)
    post.deliver()
    for _ in range(5):
        post.say("mika", kind=MUST, due_at=post.company.now + timedelta(seconds=5))
    post.wait_and_deliver(20)
    again = [words for words in heard(slack)[1:] if text in words]
    assert again
    assert all("重複" in words for words in again)


@without_history
def test_a_bundle_of_news_alone_is_not_repeated(post: Post, slack: SlackDouble) -> None:
    for _ in range(6):
        post.say("mika")
    slack.answer_next("chat.postMessage", How.RESET, done_first=True)
    post.deliver()
    post.wait_and_deliver(30)
    assert len(heard(slack)) == 1


def test_a_history_that_answers_strangely_does_not_keep_a_question_for_ever(post: Post, slack: SlackDouble) -> None:
    text = post.say("mika", kind=MUST)
    slack.answer_next("chat.postMessage", How.RESET)
    for _ in range(50):
        slack.answer_next("conversations.history", {"ok": False, "error": "brand_new_error"})
    post.deliver()
    post.wait_and_deliver(60)
    assert post.row(text).state == "sent"


def test_a_pause_of_updates_holds_no_post(post: Post, slack: SlackDouble) -> None:
    key = post.company.filed()
    post.wait_and_deliver(5)
    slack.faults.limit(1.0, retry_after=500, method="chat.update", times=1)
    post.company.decide(key, "cmo", "approve")
    post.round()
    texts = [post.say("cmo"), post.say("cio")]
    post.wait_and_deliver(30)
    assert [post.row(text).state for text in texts] == ["sent", "sent"]


def test_one_channel_that_is_being_moved_closes_no_other(post: Post, slack: SlackDouble) -> None:
    post.say(post.channel("one"))
    slack.answer_next("chat.postMessage", {"ok": False, "error": "external_channel_migrating"})
    post.deliver()
    other = post.say(post.channel("two"))
    post.wait_and_deliver(10)
    assert post.row(other).state == "sent"


def test_looking_up_accounts_keeps_a_pause_too(post: Post, slack: SlackDouble) -> None:
    slack.faults.limit(1.0, retry_after=60, method="users.lookupByEmail", times=99)
    for name in ("mika", "nao", "kenji", "cmo", "cio", "ceo"):
        post.say(name)
    post.deliver()
    post.wait_and_deliver(30)
    assert len(slack.record.calls("users.lookupByEmail")) == 1


def test_nobody_rings_for_a_channel_that_is_closed(post: Post, slack: SlackDouble) -> None:
    place = post.channel("one")
    post.say(place)
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "500"})
    post.deliver()
    post.say(place)
    post.deliver()
    with post.company.indoors():
        assert service.seconds_to_next(now=post.company.now) is None


def test_what_must_be_answered_stands_before_news_in_a_bundle(post: Post, slack: SlackDouble) -> None:
    for _ in range(16):
        post.say("cmo")
    key = post.company.filed()
    post.deliver()
    (bundle,) = heard(slack, "cmo")
    assert key in bundle


def test_two_workers_alarm_at_once_and_both_refusals_stand(post: Post, slack: SlackDouble) -> None:
    texts = [post.say("mika"), post.say("mika")]
    slack.faults.refuse(1.0, "is_archived", times=2)
    workers = [threading.Thread(target=post.round, args=(1,)) for _ in texts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    post.wait_and_deliver(5)
    assert {post.row(text).state for text in texts} == {"broken"}
    assert len(heard(slack, "admin")) == 1
