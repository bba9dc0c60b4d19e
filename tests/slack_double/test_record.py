"""Reading the record: what people see, cards by subject, waiting."""

import threading

import pytest
from slack_sdk import WebClient

from tests.slack_double import SlackDouble, buttons, text_of
from tests.slack_double.conftest import AIKO, KENJI
from tests.slack_double.examples import actions, button, entry, mrkdwn, plain, section
from tests.slack_double.test_web_api import user_id


def test_words_read_as_slack_shows_them(slack: SlackDouble, client: WebClient) -> None:
    words = "<https://example.com/PR-1|PR-1> for <@U1> &lt;!channel&gt; &amp; <!channel> <https://example.com>"
    blocks = [
        {"type": "header", "text": plain("承認依頼")},
        section(words, fields=[mrkdwn("*Amount* ¥120,000"), plain("Due <today>")]),
        {"type": "context", "elements": [mrkdwn("by 佐藤")]},
        {"type": "divider"},
        actions(button("Approve", url="https://example.com", style="primary")),
        {**entry(label="Why"), "hint": plain("short")},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}],
        },
    ]
    client.chat_postMessage(channel=user_id(client, AIKO), text="fallback", blocks=blocks)
    message = slack.record.last_to(AIKO)
    assert text_of(message).splitlines() == [
        "承認依頼",
        "PR-1 for @U1 <!channel> & @channel https://example.com",
        "*Amount* ¥120,000",
        "Due <today>",
        "by 佐藤",
        "Why",
        "short",
        "rich",
    ]
    assert [(one.label, one.url, one.style) for one in buttons(message)] == [
        ("Approve", "https://example.com", "primary")
    ]


def test_cards_are_found_by_whole_keys(slack: SlackDouble, client: WebClient) -> None:
    channel = slack.add_channel("marketing")
    for words in ("PR-1を承認しました", "PR-12 is open", "see XPR-1"):
        client.chat_postMessage(channel=channel, text=words)
    client.chat_postMessage(channel=user_id(client, AIKO), text="PR-1", blocks=[section("no key in sight")])
    assert [card.text for card in slack.record.cards_about("PR-1")] == ["PR-1を承認しました", "PR-1"]


def test_what_people_write_themselves_is_no_card(slack: SlackDouble, client: WebClient) -> None:
    client.chat_postMessage(channel=user_id(client, AIKO), text="PR-1 waits")
    slack.say(AIKO, "what about PR-1?")
    assert slack.record.last_to(AIKO).text == "PR-1 waits"
    assert len(slack.record.cards_about("PR-1")) == 1


def test_coloured_attachments_are_read_too(slack: SlackDouble, client: WebClient) -> None:
    attachment = {"color": "#c00", "blocks": [section("late"), actions(button("Open"))]}
    client.chat_postMessage(channel=user_id(client, AIKO), text="x", attachments=[attachment])
    message = slack.record.last_to(AIKO)
    assert (text_of(message), buttons(message)[0].label) == ("late", "Open")


def test_waiting_ends_when_it_happens(slack: SlackDouble, client: WebClient) -> None:
    aiko = user_id(client, AIKO)
    threading.Timer(0.1, lambda: client.chat_postMessage(channel=aiko, text="now")).start()
    assert slack.record.wait_for(lambda record: record.messages_to(AIKO))[0].text == "now"


def test_waiting_in_vain_says_what_was_seen_instead(slack: SlackDouble, client: WebClient) -> None:
    client.chat_postMessage(channel=user_id(client, KENJI), text="to the wrong one")
    with pytest.raises(AssertionError, match="to the wrong one"):
        slack.record.wait_for(lambda record: record.messages_to(AIKO), timeout=0.1)
    with pytest.raises(AssertionError, match=r"no message to aiko@example\.com"):
        slack.record.last_to(AIKO)
