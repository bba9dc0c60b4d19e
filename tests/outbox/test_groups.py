"""One message before several people: in one conversation of exactly these, or, where there is none, one to each."""

from __future__ import annotations

import pytest

from collab.kernel.atomic import atomic
from collab.outbox import queries, service
from collab.outbox.service import Note
from tests.outbox.conftest import MUST, Post
from tests.parts.databases import on_both
from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, How, SlackDouble
from tests.slack_double.things import Message

pytestmark = on_both
GATHERING = frozenset({*DEFAULT_SCOPES, *HISTORY_SCOPES, "mpim:write"})


@pytest.fixture
def scopes() -> frozenset[str]:
    return GATHERING


def say(post: Post, *names: str, text: str = "both of you") -> str:
    with post.company.indoors():
        members = tuple(post.company.member(name).id for name in names)
        with atomic():
            service.enqueue(
                Note(MUST, "T-1", f"group:{text}", members=members, args={"text": text}), now=post.company.now
            )
    return text


def together(slack: SlackDouble) -> list[Message]:
    """What stands in group conversations."""
    return [message for message in slack.record.messages() if message.channel.startswith("G")]


def alone(slack: SlackDouble, name: str) -> list[str]:
    return [message.text for message in slack.record.messages_to(f"{name}@example.com")]


class TestTogether:
    def test_both_read_it_once_in_a_conversation_of_exactly_these(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "cio")
        post.deliver()
        (message,) = together(slack)
        assert message.text == text
        (opened,) = slack.record.calls("conversations.open")
        assert {slack.mention(f"{name}@example.com")[2:11] for name in ("cmo", "cio")} == set(
            opened.arguments["users"].split(",")
        )
        assert alone(slack, "cmo") == alone(slack, "cio") == []

    def test_the_same_people_in_any_order_are_one_conversation(self, post: Post, slack: SlackDouble) -> None:
        say(post, "cmo", "cio", text="first")
        say(post, "cio", "cmo", text="second")
        post.deliver()
        assert [message.text for message in together(slack)] == ["first", "second"]
        assert len({message.channel for message in together(slack)}) == 1

    def test_a_group_of_one_is_that_person(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "cmo")
        post.deliver()
        assert (together(slack), alone(slack, "cmo")) == ([], [text])

    def test_a_lost_answer_of_the_opening_costs_nothing_but_a_moment(self, post: Post, slack: SlackDouble) -> None:
        say(post, "cmo", "cio")
        slack.answer_next("conversations.open", How.RESET, done_first=True)
        post.deliver()
        assert together(slack) == []
        post.wait_and_deliver(20)
        assert len(together(slack)) == 1
        assert post.calls == 1

    def test_a_lost_answer_of_the_post_is_looked_up_there(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "cio")
        slack.answer_next("chat.postMessage", How.RESET, done_first=True)
        post.deliver()
        post.wait_and_deliver(20)
        assert (post.row(text).state, post.calls, len(together(slack))) == ("sent", 1, 1)

    def test_a_pause_slack_asks_for_is_kept(self, post: Post, slack: SlackDouble) -> None:
        say(post, "cmo", "cio")
        slack.answer_next("conversations.open", {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "40"})
        post.deliver()
        post.wait_and_deliver(30)
        assert len(slack.record.calls("conversations.open")) == 1
        post.wait_and_deliver(20)
        assert len(together(slack)) == 1


class TestApart:
    """Whatever keeps them from one conversation, each of them is told."""

    def both_alone(self, post: Post, slack: SlackDouble, text: str) -> None:
        post.deliver()
        post.wait_and_deliver(10)
        assert (alone(slack, "cmo"), alone(slack, "cio"), together(slack)) == ([text], [text], [])
        assert post.states["broken"] == 0

    def test_without_the_permission(self, post: Post, slack: SlackDouble) -> None:
        slack.scopes = GATHERING - {"mpim:write"}
        self.both_alone(post, slack, say(post, "cmo", "cio"))
        with post.company.indoors():
            assert queries.list_gates() == []

    @pytest.mark.parametrize(
        "error", ["user_not_visible", "invalid_user_combination", "too_many_users", "no_permission"]
    )
    def test_when_slack_gives_no_conversation(self, post: Post, slack: SlackDouble, error: str) -> None:
        slack.answer_next("conversations.open", {"ok": False, "error": error})
        self.both_alone(post, slack, say(post, "cmo", "cio"))

    def test_when_the_conversation_cannot_be_written_to(self, post: Post, slack: SlackDouble) -> None:
        slack.answer_next("chat.postMessage", {"ok": False, "error": "is_archived"})
        self.both_alone(post, slack, say(post, "cmo", "cio"))

    def test_who_has_no_account_does_not_keep_the_other_from_hearing(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "cfo")
        post.deliver()
        post.wait_and_deliver(10)
        assert alone(slack, "cmo") == [text]
        assert together(slack) == []
        with post.company.indoors():
            (broken,) = queries.list_broken()
            assert broken.problem == "no_slack_account"
            assert broken.member == post.company.member("cfo").id

    def test_who_has_left_meanwhile_is_not_written_to(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "nao")
        post.company.leaves("nao")
        post.deliver()
        post.wait_and_deliver(10)
        assert (alone(slack, "cmo"), alone(slack, "nao"), together(slack)) == ([text], [], [])

    def test_a_token_that_is_refused_splits_nothing(self, post: Post, slack: SlackDouble) -> None:
        text = say(post, "cmo", "cio")
        slack.answer_next("conversations.open", {"ok": False, "error": "token_revoked"})
        post.deliver()
        assert post.row(text).state == "pending"
        with post.company.indoors():
            assert [gate.name for gate in queries.list_gates()] == ["workspace"]


def test_operators_read_names_and_each_member_finds_it_on_the_preview(post: Post, slack: SlackDouble) -> None:
    say(post, "cmo", "cio")
    with post.company.indoors():
        ids = {name: post.company.member(name).id for name in ("cmo", "cio", "ceo")}
        (waiting,) = queries.list_open()
        assert set(waiting.group) == {ids["cmo"], ids["cio"]}
        assert [queries.count_coming(ids[name]) for name in ("cmo", "cio", "ceo")] == [1, 1, 0]
    post.deliver()
    with post.company.indoors():
        assert [len(queries.list_standing(ids[name])) for name in ("cmo", "cio", "ceo")] == [1, 1, 0]
