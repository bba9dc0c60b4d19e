"""One person, many messages: a few by themselves, the rest as one; nothing that is over, nothing twice."""

from __future__ import annotations

from collab.kernel.atomic import atomic
from collab.outbox import service
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble, text_of

pytestmark = on_both


def test_the_fourth_message_within_five_minutes_waits_and_comes_with_the_rest(post: Post, slack: SlackDouble) -> None:
    texts = [post.say("mika") for _ in range(8)]
    post.deliver()
    assert [message.text for message in slack.record.messages_to("mika@example.com")] == texts[:3]
    post.wait_and_deliver(300, every=30)
    *_first, bundle = slack.record.messages_to("mika@example.com")
    assert len(slack.record.messages_to("mika@example.com")) == 4
    assert all(text in text_of(bundle) for text in texts[3:])
    assert "5" in bundle.text
    assert post.states == {"sent": 3, "superseded": 5}


def test_a_single_held_message_comes_as_itself(post: Post, slack: SlackDouble) -> None:
    texts = [post.say("mika") for _ in range(4)]
    post.deliver()
    post.wait_and_deliver(310, every=30)
    assert [message.text for message in slack.record.messages_to("mika@example.com")] == texts


def test_what_is_urgent_waits_for_nobody(post: Post, slack: SlackDouble) -> None:
    for _ in range(6):
        post.say("mika")
    urgent = post.say("mika", urgent=True)
    post.wait_and_deliver(10)
    assert urgent in [message.text for message in slack.record.messages_to("mika@example.com")]
    assert len(slack.record.messages_to("mika@example.com")) == 4


def test_one_persons_flood_holds_nobody_elses_message(post: Post, slack: SlackDouble) -> None:
    for _ in range(10):
        post.say("mika")
    text = post.say("nao")
    post.deliver()
    assert [message.text for message in slack.record.messages_to("nao@example.com")] == [text]


def test_what_is_over_before_the_bundle_goes_is_not_in_it(post: Post, slack: SlackDouble) -> None:
    keys = [post.company.filed(title=f"Camera {n}") for n in range(6)]
    post.deliver()
    post.company.decide(keys[4], "cio", "reject")
    post.wait_and_deliver(310, every=30)
    bundle = slack.record.messages_to("cmo@example.com")[-1]
    assert keys[4] not in text_of(bundle)
    assert keys[3] in text_of(bundle)
    assert keys[5] in text_of(bundle)


def test_a_bundle_is_repainted_when_one_of_its_subjects_moves_on(post: Post, slack: SlackDouble) -> None:
    keys = [post.company.filed(title=f"Camera {n}") for n in range(6)]
    post.deliver()
    post.wait_and_deliver(310, every=30)
    bundle = slack.record.messages_to("cmo@example.com")[-1]
    before = text_of(bundle)
    post.company.decide(keys[4], "cmo", "reject")
    post.deliver()
    after = text_of(slack.record.now(bundle))
    assert keys[4] in before
    assert after != before
    assert "✓" in after


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
