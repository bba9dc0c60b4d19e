"""One person, many messages: a few by themselves, the rest as one; nothing that is over, nothing twice."""

from __future__ import annotations

from collab.kernel.atomic import atomic
from collab.outbox import service
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble, text_of

pytestmark = on_both


def one_by_one(post: Post, count: int) -> list[str]:
    """Messages to Mika, each sent before the next is written."""
    texts = []
    for _ in range(count):
        texts.append(post.say("mika"))
        post.deliver()
        post.later(seconds=2)
    return texts


def heard(slack: SlackDouble, name: str) -> list[str]:
    return [message.text for message in slack.record.messages_to(f"{name}@example.com")]


def test_many_at_once_come_as_one(post: Post, slack: SlackDouble) -> None:
    texts = [post.say("mika") for _ in range(8)]
    post.deliver()
    (bundle,) = slack.record.messages_to("mika@example.com")
    assert all(text in text_of(bundle) for text in texts)
    assert "8" in bundle.text
    assert post.states == {"superseded": 8}


def test_a_few_at_once_come_by_themselves(post: Post, slack: SlackDouble) -> None:
    texts = [post.say("mika") for _ in range(4)]
    post.wait_and_deliver(5, every=1)
    assert heard(slack, "mika") == texts


def test_the_eleventh_within_five_minutes_waits_and_comes_with_the_rest(post: Post, slack: SlackDouble) -> None:
    first = one_by_one(post, 10)
    rest = one_by_one(post, 3)
    assert heard(slack, "mika") == first
    post.wait_and_deliver(300, every=30)
    *_before, bundle = slack.record.messages_to("mika@example.com")
    assert len(heard(slack, "mika")) == 11
    assert all(text in text_of(bundle) for text in rest)


def test_a_single_held_message_comes_as_itself(post: Post, slack: SlackDouble) -> None:
    texts = one_by_one(post, 11)
    post.wait_and_deliver(310, every=30)
    assert heard(slack, "mika") == texts


def test_what_is_urgent_waits_for_nobody(post: Post, slack: SlackDouble) -> None:
    one_by_one(post, 12)
    urgent = post.say("mika", urgent=True)
    post.wait_and_deliver(5)
    assert heard(slack, "mika")[10:] == [urgent]


def test_one_persons_flood_holds_nobody_elses_message(post: Post, slack: SlackDouble) -> None:
    for _ in range(10):
        post.say("mika")
    text = post.say("nao")
    post.deliver()
    assert heard(slack, "nao") == [text]


def test_what_is_over_before_the_bundle_goes_is_not_in_it(post: Post, slack: SlackDouble) -> None:
    keys = [post.company.filed(title=f"Camera {n}") for n in range(6)]
    post.company.decide(keys[4], "cio", "reject")
    post.deliver()
    bundle = slack.record.messages_to("cmo@example.com")[-1]
    assert keys[4] not in text_of(bundle)
    assert keys[3] in text_of(bundle)
    assert keys[5] in text_of(bundle)


def test_a_bundle_is_repainted_when_one_of_its_subjects_moves_on(post: Post, slack: SlackDouble) -> None:
    keys = [post.company.filed(title=f"Camera {n}") for n in range(6)]
    post.deliver()
    bundle = slack.record.messages_to("cmo@example.com")[-1]
    before = text_of(bundle)
    post.company.decide(keys[4], "cmo", "reject")
    post.wait_and_deliver(5)
    after = text_of(slack.record.now(bundle))
    assert keys[4] in before
    assert after != before
    assert "✓" in after


def test_a_worker_that_dies_between_bundling_and_sending_loses_nothing(post: Post, slack: SlackDouble) -> None:
    """The parts are in the bundle from one commit on; the bundle is a message like any other."""
    texts = [post.say("mika") for _ in range(6)]
    post.round()  # bundles, and ends before the bundle is sent
    assert heard(slack, "mika") == []
    post.later(seconds=31)
    post.deliver()
    (bundle,) = slack.record.messages_to("mika@example.com")
    assert all(text in text_of(bundle) for text in texts)


def test_a_question_written_anew_supersedes_the_unsent_one(company: Company, post: Post, slack: SlackDouble) -> None:
    key = company.filed()
    with company.indoors():
        _ask_again(company, key)
    post.deliver()
    assert len(slack.record.messages_to("cmo@example.com")) == 1


def _ask_again(company: Company, key: str) -> None:
    with atomic():
        member = company.member("cmo").id
        note = service.Note(
            "approval.asked", key, f"{key}:again", member=member, args={"round": 1, "step": 0, "office": None}
        )
        service.enqueue(note, now=company.now)
