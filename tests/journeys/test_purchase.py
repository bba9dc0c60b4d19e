"""A request travels the whole way: filed in Slack, decided in Slack and on the web, everybody told by a worker.

Imports nothing of the product: HTTP, signed Slack requests and the double's record only.
"""

from __future__ import annotations

import re

from tests.parts.installation import Installation
from tests.slack_double import Message, SlackDouble, buttons, text_of

MIKA, CMO, CIO = "mika@example.com", "cmo@example.com", "cio@example.com"
SOON = 30.0
FORM = {
    "title": "Mail campaign tool", "purpose": "To answer customers within a day", "vendor": "Hikari KK", "category": "martech",
    "amount": "５００，０００", "goal": "G-1",
}  # fmt: skip
House = tuple[Installation, SlackDouble]


def test_a_slash_command_files_a_purchase_and_a_worker_tells_who_must_decide(house: House) -> None:
    installation, slack = house
    key = filed_in_slack(slack)
    for name in (CMO, CIO):
        card = card_for(slack, key, name)
        assert "500,000" in text_of(card)
        assert len(buttons(card)) >= 3
    answer = installation.api("mika", "GET", f"/purchases/{key}").json()
    assert (answer["status"], answer["total"]) == ("pending", "500000")
    assert {seat["member"] for seat in answer["waiting_for"]} == {CMO, CIO}
    for name in ("cmo", "cio"):
        assert key in {row["key"] for row in installation.api(name, "GET", "/me/inbox").json()}
    assert_history(installation, key, ["submit", "step_started"])


def test_a_decision_in_slack_and_one_on_the_web_end_in_slack(house: House) -> None:
    installation, slack = house
    key = filed_in_slack(slack)
    asked = {name: card_for(slack, key, name) for name in (CMO, CIO)}

    slack.play.click(CMO, asked[CMO], "approval.approve")
    slack.record.wait_for(lambda record: not deciding(record.now(asked[CMO])), SOON)

    page = installation.enter("cio")
    shown = page.open(f"/purchases/{key}")
    assert key in shown.text
    seen = re.search(r'name="seen_version" value="(\d+)"', shown.text)
    assert seen
    done = page.press(f"/purchases/{key}/decisions", {"verb": "approve", "seen_version": seen[1]})
    assert done.status_code == 200

    assert installation.api("mika", "GET", f"/purchases/{key}").json()["status"] == "approved"
    assert_history(installation, key, ["submit", "step_started", "approve", "decide"])
    for name in (CMO, CIO):  # every card ever posted shows the end and asks nothing more
        slack.record.wait_for(lambda record, name=name: not deciding(record.now(asked[name])), SOON)
    slack.record.wait_for(lambda record: any(key in text_of(news) for news in record.messages_to(MIKA)), SOON)

    late = slack.play.click(CIO, asked[CIO], "approval.approve")  # a card on a screen that was not repainted
    assert late.ephemeral
    again = installation.api("cio", "POST", f"/purchases/{key}/decisions", {"verb": "approve"})
    assert again.status_code == 409
    assert again.json()["code"] == "already_decided"
    assert again.json()["who"] == CIO
    assert_history(installation, key, ["submit", "step_started", "approve", "decide"])


def test_a_request_sent_back_with_a_reason_comes_again_as_round_two(house: House) -> None:
    installation, slack = house
    key = filed_in_slack(slack)
    card = card_for(slack, key, CIO)
    modal = slack.play.click(CIO, card, "approval.return").view
    slack.play.submit(CIO, modal, {"comment": "Please name the owners."})
    slack.record.wait_for(
        lambda record: any("Please name the owners." in text_of(news) for news in record.messages_to(MIKA)), SOON
    )
    assert installation.api("mika", "GET", f"/purchases/{key}").json()["status"] == "returned"
    changed = installation.api("mika", "PATCH", f"/purchases/{key}", {"owners": {"business": CMO}})
    assert changed.status_code == 200, changed.text
    again = installation.api("mika", "POST", f"/purchases/{key}/submit")
    assert again.json()["round"] == 2
    slack.record.wait_for(
        lambda record: [
            one for one in record.messages_to(CIO) if key in text_of(one) and one.ts != card.ts and deciding(one)
        ],
        SOON,
    )
    stale = slack.play.click(CIO, card, "approval.approve")  # the card of the first round
    assert stale.ephemeral
    assert installation.api("mika", "GET", f"/purchases/{key}").json()["status"] == "pending"


def filed_in_slack(slack: SlackDouble) -> str:
    """Type the command, fill in the form, send it; the new key from the short reply."""
    slack.play.slash(MIKA, "/collab", "purchase new")
    modal = slack.record.wait_for(lambda record: record.views(MIKA))[-1]
    reply = slack.play.submit(MIKA, modal, FORM)
    assert not reply.errors, reply.errors
    said = slack.record.wait_for(lambda _record: reply.ephemeral or (reply.view and text_of(reply.view)), SOON)
    key = re.search(r"PR-\d+", said)
    assert key, said
    return key[0]


def card_for(slack: SlackDouble, key: str, email: str) -> Message:
    """The card that asks somebody, once the worker has delivered it."""
    found = slack.record.wait_for(
        lambda record: [
            card for card in record.messages_to(email) if card in record.cards_about(key) and deciding(card)
        ],
        SOON,
    )
    return found[-1]


def deciding(card: Message) -> bool:
    """Whether a card still asks for a decision."""
    return any(button.action_id.startswith("approval.approve") for button in buttons(card))


def assert_history(installation: Installation, key: str, verbs: list[str]) -> None:
    history = installation.api("mika", "GET", f"/purchases/{key}/history").json()
    assert [event["verb"] for event in history] == verbs
    assert [event["seq"] for event in history] == list(range(1, len(verbs) + 1))
