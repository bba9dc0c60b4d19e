"""People at work: signed requests, commands, buttons, response urls; and the failures a person would see."""

import time
from typing import Any

import pytest
import requests
from slack_sdk import WebClient

from tests.slack_double import Impossible, SlackDouble, buttons
from tests.slack_double.conftest import AIKO, KENJI, Clock
from tests.slack_double.examples import actions, button, menu, section
from tests.slack_double.product import Product
from tests.slack_double.settings import wall_clock
from tests.slack_double.test_web_api import user_id


def card(slack: SlackDouble, client: WebClient, *blocks: dict[str, Any]) -> Any:
    client.chat_postMessage(channel=user_id(client, AIKO), text="PR-1", blocks=list(blocks))
    return slack.record.last_to(AIKO)


def test_a_command_carries_who_where_and_what(slack: SlackDouble, product: Product, client: WebClient) -> None:
    product.answer = lambda: {"response_type": "ephemeral", "text": "PR-1 は承認待ちです"}
    reply = slack.play.slash(AIKO, "/collab", "purchase show PR-1")
    form = product.form
    assert (form["command"], form["text"], form["user_id"]) == ("/collab", "purchase show PR-1", user_id(client, AIKO))
    assert (form["team_id"], form["api_app_id"], form["channel_name"]) == ("T0DOUBLE", "A0DOUBLE", "directmessage")
    assert reply.ephemeral == "PR-1 は承認待ちです"
    assert (reply.status, reply.view, reply.errors) == (200, None, {})


def test_a_command_can_name_people_and_channels(slack: SlackDouble, product: Product) -> None:
    slack.add_channel("marketing")
    slack.play.slash(AIKO, "/collab", f"task handover T-1 {slack.mention(KENJI)}", channel="marketing")
    assert product.form["text"].endswith("|kenji>")
    assert product.form["channel_name"] == "marketing"


def test_json_that_is_not_announced_is_mere_text(slack: SlackDouble, product: Product) -> None:
    product.answer = lambda: '{"text": "hello"}'
    assert slack.play.slash(AIKO, "/collab").ephemeral == '{"text": "hello"}'


def test_an_answer_slack_would_refuse_fails_the_test(slack: SlackDouble, product: Product) -> None:
    product.answer = lambda: {"blocks": [section("x" * 3001)]}
    with pytest.raises(AssertionError, match="must be less than 3001 characters"):
        slack.play.slash(AIKO, "/collab", "help")


def test_an_error_or_a_late_answer_fails_the_test(
    slack: SlackDouble, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.answer = lambda: ("oh no", 500)
    with pytest.raises(AssertionError, match="the product answered 500: oh no"):
        slack.play.slash(AIKO, "/collab")
    monkeypatch.setattr("tests.slack_double.play.LATE_SECONDS", 0.05)

    def slowly() -> str:
        time.sleep(0.1)
        return ""

    product.answer = slowly
    with pytest.raises(AssertionError, match=r"Slack waits 0\.05 s"):
        slack.play.slash(AIKO, "/collab")


def test_a_forgery_is_sent_as_it_is(slack: SlackDouble, product: Product) -> None:
    assert slack.play.raw("/slack/events", b"{}").status == 200
    assert slack.play.raw("/slack/events", b"{}", secret="guessed").status == 401
    assert slack.play.raw("/slack/events", b"{}", timestamp=str(int(wall_clock()) - 301)).status == 401
    assert slack.play.raw("/slack/events", b"{}", headers={"X-Slack-Signature": "v0=0"}).status == 401
    assert slack.play.raw("/slack/events", b"{}", headers={"X-Slack-Signature": None}).status == 401


def test_a_double_without_a_product_says_so(slack: SlackDouble) -> None:
    with pytest.raises(AssertionError, match="set product_url"):
        slack.play.slash(AIKO, "/collab")
    slack.product_url = "http://127.0.0.1:9"
    with pytest.raises(AssertionError, match="did not answer"):
        slack.play.slash(AIKO, "/collab")


def test_strangers_and_leavers_cannot_play(slack: SlackDouble, product: Product) -> None:
    with pytest.raises(AssertionError, match="nobody with the address"):
        slack.play.slash("who@example.com", "/collab")
    slack.deactivate(AIKO)
    with pytest.raises(Impossible, match="deactivated"):
        slack.play.slash(AIKO, "/collab")


def test_a_click_says_which_control_of_which_message(slack: SlackDouble, product: Product, client: WebClient) -> None:
    message = card(slack, client, section("PR-1"), actions(button("Approve", action_id="approve", value="PR-1:3")))
    slack.play.click(AIKO, message, "Approve")
    payload = product.payload
    assert (payload["type"], payload["user"]["id"]) == ("block_actions", user_id(client, AIKO))
    assert payload["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": False,
    }
    assert payload["message"]["blocks"] == message.blocks
    action = payload["actions"][0]
    assert (action["action_id"], action["value"], action["type"]) == ("approve", "PR-1:3", "button")
    with pytest.raises(Impossible, match="0 controls are called 'Aprove'"):
        slack.play.click(AIKO, message, "Aprove")


def test_menus_in_messages_send_what_was_chosen(slack: SlackDouble, product: Product, client: WebClient) -> None:
    message = card(slack, client, actions(menu(3, "overflow", action_id="more"), menu(3, action_id="snooze")))
    slack.play.click(AIKO, message, "more", "label 2")
    assert product.payload["actions"][0]["selected_option"]["value"] == "v2"
    slack.play.click(AIKO, message, "snooze", "v1")
    assert product.payload["actions"][0]["selected_option"]["value"] == "v1"


def test_a_stale_card_still_sends_its_old_button(slack: SlackDouble, product: Product, client: WebClient) -> None:
    stale = card(slack, client, actions(button("Approve", action_id="approve", value="v1")))
    client.chat_update(channel=stale.channel, ts=stale.ts, text="done", blocks=[section("approved by Kenji")])
    assert buttons(slack.record.now(stale)) == []
    slack.play.click(AIKO, stale, "Approve")
    assert product.payload["actions"][0]["value"] == "v1"


def test_response_urls_work_five_times(slack: SlackDouble, product: Product, client: WebClient) -> None:
    message = card(slack, client, actions(button("Approve")))
    reply = slack.play.click(AIKO, message, "Approve")
    url = product.payload["response_url"]
    assert requests.post(url, json={"text": "noted", "replace_original": False}, timeout=5).text == "ok"
    assert reply.ephemeral == "noted"
    requests.post(url, json={"text": "approved", "replace_original": True}, timeout=5)
    assert slack.record.now(message).text == "approved"
    requests.post(url, json={"text": "all see it", "response_type": "in_channel"}, timeout=5)
    assert slack.record.last_to(AIKO).text == "all see it"
    assert requests.post(url, json={"blocks": [section("")]}, timeout=5).json()["error"] == "invalid_blocks"
    requests.post(url, json={"delete_original": True}, timeout=5)
    assert slack.record.find_message(message.channel, message.ts) is None
    used = requests.post(url, json={"text": "six"}, timeout=5)
    assert (used.status_code, used.json()["error"]) == (404, "used_url")
    assert [call.outcome for call in slack.record.calls("response_url")] == ["ok"] * 3 + [
        "invalid_blocks",
        "ok",
        "used_url",
    ]


def test_response_urls_live_half_an_hour(slack: SlackDouble, product: Product, clock: Clock) -> None:
    slack.play.slash(AIKO, "/collab")
    url = product.form["response_url"]
    assert requests.post(url, data="no json", timeout=5).json()["error"] == "invalid_payload"
    clock.now += 30 * 60 + 1
    assert requests.post(url, json={"text": "late"}, timeout=5).json()["error"] == "expired_url"


def test_a_whisper_has_buttons_too(slack: SlackDouble, product: Product) -> None:
    product.answer = lambda: {"blocks": [actions(button("Send anyway", action_id="anyway"))], "text": "sure?"}
    slack.play.slash(AIKO, "/collab", "approve PR-1")
    product.answer = lambda: ""
    slack.play.click(AIKO, slack.record.ephemerals_to(AIKO)[-1], "Send anyway")
    assert product.payload["container"]["is_ephemeral"] is True
    assert "message" not in product.payload
    requests.post(product.payload["response_url"], json={"delete_original": True}, timeout=5)
    assert slack.record.ephemerals_to(AIKO) == []


def test_shortcuts_start_from_a_message_or_from_nowhere(slack: SlackDouble, product: Product) -> None:
    message = slack.say(KENJI, "could we get a new printer?", channel=slack.add_channel("marketing"))
    slack.play.shortcut(AIKO, "ask_from_message", message)
    assert (product.payload["type"], product.payload["callback_id"]) == ("message_action", "ask_from_message")
    assert product.payload["message"]["text"] == "could we get a new printer?"
    slack.play.shortcut(AIKO, "new_purchase")
    assert product.payload["type"] == "shortcut"
    assert "channel" not in product.payload


def test_events_can_come_twice(slack: SlackDouble, product: Product, client: WebClient) -> None:
    slack.play.event("app_home_opened", AIKO, tab="home", event_id="Ev1")
    assert product.payload["event"]["user"] == user_id(client, AIKO)
    slack.play.event("app_home_opened", AIKO, tab="home", event_id="Ev1", retry=(1, "http_timeout"))
    assert (product.payload["event_id"], product.headers["X-Slack-Retry-Num"]) == ("Ev1", "1")
    product.answer = lambda: {"challenge": product.payload["challenge"]}
    assert slack.play.url_verification("c0").body == {"challenge": "c0"}
