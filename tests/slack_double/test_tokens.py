"""A token goes bad and good again, scopes come and go, and every answer tells what is granted."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, SlackDouble
from tests.slack_double.test_web_api import refusal


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_revoked_token_is_refused_everywhere_until_it_is_restored(
    slack: SlackDouble, client: WebClient, error: str
) -> None:
    channel = slack.add_channel("marketing")
    slack.revoke(error)
    assert refusal(client.auth_test)["error"] == error
    assert refusal(client.chat_postMessage, channel=channel, text="x")["error"] == error
    slack.restore()
    assert client.chat_postMessage(channel=channel, text="x")["ok"]
    assert len(slack.record.messages(channel)) == 1


def test_every_answer_tells_the_scopes(slack: SlackDouble, client: WebClient) -> None:
    granted = client.auth_test().headers["x-oauth-scopes"]
    assert set(granted.split(",")) == DEFAULT_SCOPES
    posted = client.chat_postMessage(channel=slack.add_channel("marketing"), text="x")
    assert posted.headers["x-accepted-oauth-scopes"] == "chat:write"
    slack.revoke()
    with pytest.raises(SlackApiError) as trouble:
        client.auth_test()
    assert "x-oauth-scopes" not in {name.lower() for name in trouble.value.response.headers}


def test_scopes_come_and_go(slack: SlackDouble, client: WebClient) -> None:
    channel = slack.add_channel("marketing")
    assert refusal(client.conversations_history, channel=channel)["needed"] == "channels:history"
    slack.scopes = DEFAULT_SCOPES | HISTORY_SCOPES
    assert client.conversations_history(channel=channel)["messages"] == []
    slack.scopes = DEFAULT_SCOPES - {"chat:write"}
    assert refusal(client.chat_postMessage, channel=channel, text="x")["needed"] == "chat:write"
