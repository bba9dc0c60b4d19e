"""What administrators do about delivery: hard cases first, and every deed leaves a trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from collab.audit import queries as audit
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.outbox import queries, service
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble

pytestmark = on_both
Call = Callable[..., Any]


@pytest.fixture
def indoors_again(post: Post) -> Call:
    """Call something inside the application, apart from the rounds of workers."""

    def call(act: Call, *given: object, **more: object) -> Any:
        with post.company.indoors():
            return act(*given, now=post.company.now, **more)

    return call


@pytest.fixture
def admin(company: Company) -> Any:
    return company.member("admin")


def trail(company: Company) -> list[tuple[str, str, str | None]]:
    """What was done about delivery: verb, by whom, why."""
    with company.indoors():
        return [(entry.verb, entry.actor, entry.reason) for entry in audit.list_entries("delivery")]


def break_with(slack: SlackDouble, post: Post, error: str, *people: str) -> list[str]:
    """Messages to these people that Slack refused."""
    said = [post.say(name) for name in people]
    slack.faults.refuse(1.0, error, times=len(people))
    post.deliver()
    slack.faults.clear()
    assert {post.row(text).state for text in said} == {"broken"}
    return said


def test_two_administrators_retry_at_once_and_it_is_sent_once(
    post: Post, slack: SlackDouble, company: Company, admin: Any
) -> None:
    (text,) = break_with(slack, post, "is_archived", "mika")
    message = post.row(text).id

    def press(_n: int) -> str:
        with company.app.app_context():
            try:
                service.retry(message, by=admin, now=company.now)
            except NotNow:
                return "too late"
            return "tried"

    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(press, range(4))) == {"tried": 1, "too late": 3}
    post.wait_and_deliver(10)
    assert post.said.count(text) == 1
    assert [verb for verb, *_ in trail(company)] == ["retry"]


def test_what_was_sent_is_not_tried_again(post: Post, indoors_again: Call, admin: Any) -> None:
    text = post.say("mika")
    post.wait_and_deliver(10)
    for act in (service.retry, service.dismiss):
        with pytest.raises(NotNow):
            indoors_again(act, post.row(text).id, by=admin)
    with pytest.raises(NotFound):
        indoors_again(service.retry, 10**6, by=admin)
    assert trail(post.company) == []


@pytest.mark.parametrize("name", ["auditor", "cmo", "agency", "mika"])
def test_only_administrators_act(
    post: Post, slack: SlackDouble, indoors_again: Call, company: Company, name: str
) -> None:
    (text,) = break_with(slack, post, "is_archived", "mika")
    message, who = post.row(text).id, company.member(name)
    for act, given in (
        (service.retry, message), (service.dismiss, message), (service.retry_all, "is_archived"), (service.pause, "why"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            indoors_again(act, given, by=who)
    with pytest.raises(NotAllowed):
        indoors_again(service.resume, by=who)
    assert (post.row(text).state, trail(company)) == ("broken", [])
    with company.indoors():
        assert queries.list_gates() == []


def test_while_paused_nothing_is_handled_and_after_resume_everything_goes_out(
    post: Post, indoors_again: Call, admin: Any
) -> None:
    texts = [post.say(name) for name in ("mika", "nao", "cmo")]
    assert indoors_again(service.pause, "Slack is being moved", by=admin)
    assert post.round() == 0
    post.later(hours=3)
    assert post.round() == 0
    assert (post.calls, post.states) == (0, {"pending": 3})
    assert not indoors_again(service.pause, "again", by=admin)
    assert indoors_again(service.resume, by=admin)
    assert not indoors_again(service.resume, by=admin)
    post.wait_and_deliver(10)
    assert sorted(post.said) == sorted(texts)
    assert trail(post.company) == [
        ("pause", "admin@example.com", "Slack is being moved"),
        ("resume", "admin@example.com", None),
    ]


def test_a_retry_while_paused_waits_with_the_others(
    post: Post, slack: SlackDouble, indoors_again: Call, admin: Any
) -> None:
    (text,) = break_with(slack, post, "is_archived", "mika")
    calls = post.calls
    indoors_again(service.pause, "moving", by=admin)
    indoors_again(service.retry, post.row(text).id, by=admin)
    post.wait_and_deliver(10)
    assert (post.row(text).state, post.calls) == ("pending", calls)
    indoors_again(service.resume, by=admin)
    post.wait_and_deliver(10)
    assert post.row(text).state == "sent"


def test_all_of_one_error_are_tried_again_and_no_others(
    post: Post, slack: SlackDouble, indoors_again: Call, admin: Any
) -> None:
    gone = break_with(slack, post, "is_archived", "mika", "nao", "kenji")
    (other,) = break_with(slack, post, "restricted_action", "cmo")
    assert indoors_again(service.retry_all, "is_archived", by=admin) == 3
    assert indoors_again(service.retry_all, "is_archived", by=admin) == 0
    post.wait_and_deliver(30)
    assert {post.row(text).state for text in gone} == {"sent"}
    assert post.row(other).state == "broken"
    (entry,) = _entries(post.company)
    assert (entry.verb, entry.details["error"], len(entry.details["messages"])) == ("retry_all", "is_archived", 3)


@pytest.mark.parametrize("at_once", [False, True])
def test_one_whose_answer_was_lost_says_that_it_may_be_a_repetition(
    post: Post, indoors_again: Call, admin: Any, at_once: bool
) -> None:
    text = post.say("mika")
    post.change(text, state="broken", problem="answer_lost", settled_at=post.company.now)
    if at_once:
        indoors_again(service.retry_all, "answer_lost", by=admin)
    else:
        indoors_again(service.retry, post.row(text).id, by=admin)
    post.wait_and_deliver(10)
    (said,) = post.said
    assert said != text
    assert said.endswith(text)


def test_dismissing_is_for_good_and_says_why(post: Post, slack: SlackDouble, indoors_again: Call, admin: Any) -> None:
    (text,) = break_with(slack, post, "is_archived", "mika")
    indoors_again(service.dismiss, post.row(text).id, by=admin, reason="told her on the phone")
    post.wait_and_deliver(60)
    assert (post.row(text).state, post.said.count(text)) == ("superseded", 0)
    (entry,) = _entries(post.company)
    assert (entry.verb, entry.actor, entry.reason) == ("dismiss", "admin@example.com", "told her on the phone")
    assert entry.details["error"] == "is_archived"
    assert text not in str(entry.details)


def test_the_chain_of_delivery_verifies(post: Post, indoors_again: Call, admin: Any, company: Company) -> None:
    for number in range(3):
        indoors_again(service.pause, f"reason {number}", by=admin)
        indoors_again(service.resume, by=None)
    with company.indoors():
        assert audit.verify() == []
        assert [entry.seq for entry in audit.list_entries("delivery")] == [1, 2, 3, 4, 5, 6]


def test_a_member_whom_slack_reaches_again_is_not_told_that_it_does_not(
    post: Post, slack: SlackDouble, indoors_again: Call, admin: Any, company: Company
) -> None:
    mika = company.id("mika")
    (text,) = break_with(slack, post, "is_archived", "mika")
    with company.indoors():
        assert queries.unreached(mika) == "is_archived"
        assert queries.unreached(company.id("nao")) is None
    post.say("mika")
    post.wait_and_deliver(10)
    with company.indoors():
        assert queries.unreached(mika) is None
    assert post.row(text).state == "broken"


def test_late_messages_are_counted_until_a_gate_explains_them(post: Post, indoors_again: Call, admin: Any) -> None:
    text = post.say("mika")
    post.later(minutes=11)
    with post.company.indoors():
        gates, late = queries.standstill(post.company.now)
        assert (gates, late) == ([], 1)
        assert [one.id for one in queries.list_stuck(post.company.now)] == [post.row_id(text)]
    indoors_again(service.pause, "moving", by=admin)
    with post.company.indoors():
        gates, late = queries.standstill(post.company.now)
        assert ([(gate.name, gate.reason, gate.by) for gate in gates], late) == (
            [("operator", "moving", "admin@example.com")],
            0,
        )
        assert queries.list_stuck(post.company.now) == []


def _entries(company: Company) -> list[Any]:
    with company.indoors():
        return list(audit.list_entries("delivery"))
