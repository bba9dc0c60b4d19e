"""Ordered misfortunes look to the client like the real ones."""

import http.client
import json

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_double import SlackDouble
from tests.slack_double.conftest import AIKO
from tests.slack_double.test_web_api import refusal, user_id


@pytest.fixture
def aiko(client: WebClient) -> str:
    return user_id(client, AIKO)


def test_an_ordered_answer_is_given_once(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    slack.answer_next("chat.postMessage", {"ok": False, "error": "internal_error"})
    assert refusal(client.chat_postMessage, channel=aiko, text="x")["error"] == "internal_error"
    assert client.chat_postMessage(channel=aiko, text="x")["ok"] is True


def test_too_many_requests(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "7"})
    with pytest.raises(SlackApiError) as trouble:
        client.chat_postMessage(channel=aiko, text="x")
    assert (trouble.value.response.status_code, trouble.value.response.headers["retry-after"]) == (429, "7")


def test_accepted_and_then_cut_off(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    slack.answer_next("chat.postMessage", ConnectionResetError(), done_first=True)
    with pytest.raises(ConnectionResetError):
        client.chat_postMessage(channel=aiko, text="was it sent?")
    assert slack.record.last_to(AIKO).text == "was it sent?"


def test_cut_off_before_anything_happened(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    slack.answer_next("chat.postMessage", ConnectionAbortedError())
    with pytest.raises((OSError, http.client.HTTPException)):
        client.chat_postMessage(channel=aiko, text="x")
    assert slack.record.messages_to(AIKO) == []
    assert slack.record.calls("chat.postMessage")[0].outcome == "ordered: ConnectionAbortedError()"


def test_half_an_answer(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    slack.answer_next("chat.postMessage", '{"ok": tr', headers={"Content-Length": "200"})
    with pytest.raises(http.client.IncompleteRead):
        client.chat_postMessage(channel=aiko, text="x")


def test_silence(slack: SlackDouble, aiko: str) -> None:
    client = WebClient(slack.app.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)
    slack.answer_next("chat.postMessage", TimeoutError())
    with pytest.raises(TimeoutError):
        client.chat_postMessage(channel=aiko, text="x")


def test_the_record_can_be_written_down(slack: SlackDouble, client: WebClient, aiko: str) -> None:
    client.chat_postMessage(channel=aiko, text="x")
    assert json.dumps(slack.record.as_json())
