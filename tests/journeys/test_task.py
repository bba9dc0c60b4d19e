"""A task travels the whole way: asked in one line in Slack, promised by a chip, done on the web, confirmed in Slack.

Imports nothing of the product: HTTP, signed Slack requests and the double's record only.
"""

from __future__ import annotations

import re

from tests.parts.installation import Installation
from tests.slack_double import Message, SlackDouble, buttons, text_of

MIKA, KENJI = "mika@example.com", "kenji@example.com"
SOON = 30.0
House = tuple[Installation, SlackDouble]


def test_asked_and_promised_in_slack_done_on_the_web_confirmed_in_slack(house: House) -> None:
    installation, slack = house
    key = asked_in_slack(slack, "Please set up the mail domain")
    card = card_for(slack, key, KENJI, "task.accept:0")
    slack.play.click(KENJI, card, "task.accept:1")
    slack.record.wait_for(lambda record: has(record.now(card), "task.do:done"), SOON)
    slack.record.wait_for(lambda record: any(key in text_of(news) for news in record.messages_to(MIKA)), SOON)

    task = installation.api("mika", "GET", f"/tasks/{key}").json()
    assert task["state"] == "accepted"

    page = installation.enter("kenji")
    shown = page.open(f"/tasks/{key}")
    seen = re.search(r'name="seen" value="(\d+)"', shown.text)
    assert seen
    assert page.press(f"/tasks/{key}/done", {"seen": seen[1], "note": "It works now"}).status_code == 200

    asked = card_for(slack, key, MIKA, "task.do:confirm")
    assert "It works now" in text_of(asked)
    slack.play.click(MIKA, asked, "task.do:confirm")
    slack.record.wait_for(lambda record: not buttons(record.now(card)), SOON)
    slack.record.wait_for(lambda record: not has(record.now(asked), "task.do:confirm"), SOON)
    assert installation.api("mika", "GET", f"/tasks/{key}").json()["state"] == "confirmed"

    late = slack.play.click(MIKA, asked, "task.do:confirm")  # a card on a screen that was not repainted
    assert late.ephemeral
    history = installation.api("mika", "GET", f"/tasks/{key}/history").json()
    verbs = [event["verb"] for event in history]
    assert verbs == ["ask", "accept", "done", "confirm"]


def test_the_one_asked_says_no_and_the_asker_reads_why(house: House) -> None:
    installation, slack = house
    key = asked_in_slack(slack, "Please move the office")
    card = card_for(slack, key, KENJI, "task.accept:0")
    form = slack.play.click(KENJI, card, "task.form:decline").view
    slack.play.submit(KENJI, form, {"reason": "General affairs does that"})
    slack.record.wait_for(
        lambda record: any("General affairs does that" in text_of(news) for news in record.messages_to(MIKA)), SOON
    )
    assert key not in {row["key"] for row in installation.api("kenji", "GET", "/me/inbox").json()}
    assert installation.api("mika", "GET", f"/tasks/{key}").json()["state"] == "declined"


def asked_in_slack(slack: SlackDouble, text: str) -> str:
    """One line; the new key from the short reply."""
    reply = slack.play.slash(MIKA, "/collab", f"ask {slack.mention(KENJI)} {text}")
    said = slack.record.wait_for(lambda _record: reply.ephemeral, SOON)
    key = re.search(r"T-\d+", said)
    assert key, said
    return key[0]


def card_for(slack: SlackDouble, key: str, email: str, control: str) -> Message:
    """The card about a task that lets somebody press this, once the worker has delivered it."""
    found = slack.record.wait_for(
        lambda record: [card for card in record.messages_to(email) if key in text_of(card) and has(card, control)], SOON
    )
    return found[-1]


def has(card: Message, control: str) -> bool:
    """Whether a button stands on a card."""
    return any(button.action_id == control for button in buttons(card))
