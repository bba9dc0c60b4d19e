"""The Web API as slack_sdk's client meets it: who may call, what comes back, what is refused."""

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, SlackDouble, text_of
from tests.slack_double.conftest import AIKO, KENJI, Clock, web_client
from tests.slack_double.examples import actions, button, section


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as trouble:
        call(**arguments)
    assert trouble.value.response.status_code == 200
    return dict(trouble.value.response.data)


def user_id(client: WebClient, email: str) -> str:
    return str(client.users_lookupByEmail(email=email)["user"]["id"])


def test_auth_test_says_who_the_app_is(slack: SlackDouble, client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0DOUBLE", "U0DOUBLEBOT", "B0DOUBLE")


def test_tokens_are_looked_at(slack: SlackDouble) -> None:
    assert refusal(web_client(slack, "xoxb-other").auth_test)["error"] == "invalid_auth"
    assert refusal(WebClient(base_url=slack.api_url).auth_test)["error"] == "not_authed"
    assert refusal(web_client(slack, slack.app.app_token).auth_test)["error"] == "not_allowed_token_type"


def test_socket_mode_needs_the_app_token(slack: SlackDouble, client: WebClient) -> None:
    assert client.apps_connections_open(app_token=slack.app.app_token)["url"].startswith("ws://127.0.0.1:")
    assert refusal(client.apps_connections_open, app_token=slack.app.bot_token)["error"] == "not_allowed_token_type"


def test_an_unknown_method_is_refused_by_name(client: WebClient) -> None:
    assert refusal(client.api_call, api_method="chat.shout")["error"] == "unknown_method"


def test_missing_and_unknown_arguments_are_named(client: WebClient) -> None:
    answer = refusal(client.api_call, api_method="chat.postMessage", json={"chanel": "C1", "text": "x"})
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] missing required field: channel [json-pointer:/]",
        "[ERROR] invalid additional property: chanel [json-pointer:/]",
    ]


def test_a_missing_scope_says_what_is_needed_and_what_is_there(slack: SlackDouble) -> None:
    with SlackDouble(scopes={"chat:write"}) as poor:
        answer = refusal(web_client(poor).users_lookupByEmail, email=AIKO)
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "users:read.email",
        "chat:write",
    )


def test_posting_to_a_person_opens_the_direct_message(slack: SlackDouble, client: WebClient) -> None:
    aiko = user_id(client, AIKO)
    posted = client.chat_postMessage(channel=aiko, text="hello")
    assert posted["channel"].startswith("D")
    assert client.conversations_open(users=[aiko])["channel"]["id"] == posted["channel"]
    assert slack.record.last_to(AIKO).text == "hello"


def test_form_and_json_bodies_mean_the_same(slack: SlackDouble, client: WebClient) -> None:
    arguments = {"channel": user_id(client, AIKO), "text": "x", "blocks": json.dumps([section("from a form")])}
    body = urllib.parse.urlencode({**arguments, "token": slack.app.bot_token}).encode()
    with urllib.request.urlopen(slack.api_url + "chat.postMessage", body) as response:
        assert json.load(response)["ok"] is True
    client.chat_postMessage(channel=arguments["channel"], text="x", blocks=[section("from json")])
    assert [text_of(message) for message in slack.record.messages_to(AIKO)] == ["from a form", "from json"]
    assert "token" not in slack.record.calls("chat.postMessage")[0].arguments


def test_blocks_that_are_no_json_have_their_own_refusal(client: WebClient) -> None:
    answer = refusal(client.chat_postMessage, channel=user_id(client, AIKO), text="x", blocks="[{]")
    assert answer["error"] == "invalid_blocks_format"


def test_invalid_blocks_name_the_place(client: WebClient) -> None:
    answer = refusal(client.chat_postMessage, channel=user_id(client, AIKO), text="x", blocks=[section("x" * 3001)])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


def test_ids_that_were_left_out_are_invented(slack: SlackDouble, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=user_id(client, AIKO), text="x", blocks=[actions(button())])
    block = posted["message"]["blocks"][0]
    assert all([block["block_id"], block["elements"][0]["action_id"]])


@pytest.mark.parametrize(
    ("channel", "code"),
    [("C404", "channel_not_found"), ("U404", "channel_not_found"), ("U0DOUBLEBOT", "cannot_dm_bot")],
)
def test_a_message_needs_a_place(client: WebClient, channel: str, code: str) -> None:
    assert refusal(client.chat_postMessage, channel=channel, text="x")["error"] == code


def test_channels_take_messages_while_the_bot_is_in_and_they_are_open(slack: SlackDouble, client: WebClient) -> None:
    channel = slack.add_channel("marketing")
    assert client.chat_postMessage(channel="#marketing", text="x")["channel"] == channel
    slack.archive(channel)
    assert refusal(client.chat_postMessage, channel=channel, text="x")["error"] == "is_archived"
    assert refusal(client.chat_postMessage, channel=slack.add_channel("it", has_bot=False), text="x")["error"] == (
        "not_in_channel"
    )


def test_an_edit_keeps_what_slack_keeps(slack: SlackDouble, client: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"delivery_id": "d1"}}
    posted = client.chat_postMessage(
        channel=user_id(client, AIKO), text="PR-1", blocks=[section("PR-1 open")], metadata=metadata
    )
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    client.chat_update(**place, text="PR-1", blocks=[section("PR-1 approved")])
    card = slack.record.last_to(AIKO)
    assert (text_of(card), card.metadata) == ("PR-1 approved", metadata)
    client.chat_update(**place, text="only words")
    assert [text_of(state) for state in slack.record.history_of(card)] == ["PR-1 open", "PR-1 approved", "only words"]
    assert text_of(slack.record.now(card)) == "only words"


def test_edits_need_a_known_message_of_the_bot(slack: SlackDouble, client: WebClient) -> None:
    aiko = user_id(client, AIKO)
    posted = client.chat_postMessage(channel=aiko, text="x")
    assert (
        refusal(client.chat_update, channel=posted["channel"], ts="1.000000", text="y")["error"] == "message_not_found"
    )
    assert refusal(client.chat_update, channel=aiko, ts=posted["ts"], text="y")["error"] == "channel_not_found"
    theirs = slack.say(AIKO, "mine")
    assert refusal(client.chat_update, channel=theirs.channel, ts=theirs.ts, text="y")["error"] == "cant_update_message"
    assert refusal(client.chat_update, channel=posted["channel"], ts=posted["ts"], text="x" * 4001)["error"] == (
        "msg_too_long"
    )


def test_a_whisper_reaches_one_member_only(slack: SlackDouble, client: WebClient) -> None:
    channel = slack.add_channel("general")
    client.chat_postEphemeral(channel=channel, user=user_id(client, AIKO), text="for you")
    assert [one.text for one in slack.record.ephemerals_to(AIKO)] == ["for you"]
    assert slack.record.ephemerals_to(KENJI) == []
    assert slack.record.messages(channel) == []
    direct = client.conversations_open(users=user_id(client, AIKO))["channel"]["id"]
    stranger = {"channel": direct, "user": user_id(client, KENJI)}
    assert refusal(client.chat_postEphemeral, **stranger, text="x")["error"] == "user_not_in_channel"


def test_people_are_shown_as_slack_shows_them(client: WebClient) -> None:
    kenji = client.users_info(user=user_id(client, KENJI), include_locale=True)["user"]
    assert (kenji["locale"], kenji["tz"], kenji["profile"]["email"]) == ("en-US", "Europe/Berlin", KENJI)
    assert "locale" not in client.users_info(user=kenji["id"])["user"]
    assert refusal(client.users_info, user="U404")["error"] == "user_not_found"
    assert refusal(client.users_lookupByEmail, email="nobody@example.com")["error"] == "users_not_found"


def test_the_list_of_people_comes_in_pages(client: WebClient) -> None:
    pages = [page["members"] for page in client.users_list(limit=2)]
    assert [len(page) for page in pages] == [2, 1]


def test_addresses_need_their_scope() -> None:
    with SlackDouble(scopes=DEFAULT_SCOPES - {"users:read.email"}) as poor:
        member = web_client(poor).users_info(user=poor.add_user(AIKO, "佐藤愛子"))["user"]
    assert "email" not in member["profile"]


def test_somebody_who_left_is_listed_but_not_found(slack: SlackDouble, client: WebClient) -> None:
    aiko, kenji = user_id(client, AIKO), user_id(client, KENJI)
    client.chat_postMessage(channel=aiko, text="before")
    slack.deactivate(AIKO)
    slack.deactivate(KENJI)
    assert client.users_info(user=aiko)["user"]["deleted"] is True
    assert refusal(client.users_lookupByEmail, email=AIKO)["error"] == "users_not_found"
    assert client.chat_postMessage(channel=aiko, text="into the open conversation")["ok"] is True
    assert refusal(client.chat_postMessage, channel=kenji, text="x")["error"] == "channel_not_found"
    assert refusal(client.conversations_open, users=kenji)["error"] == "user_disabled"


def test_history_needs_its_scope(slack: SlackDouble, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=user_id(client, AIKO), text="x")
    answer = refusal(client.conversations_history, channel=posted["channel"])
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:history")
    assert client.conversations_info(channel=posted["channel"])["channel"]["is_im"] is True


def test_history_finds_a_delivery_by_its_metadata(clock: Clock) -> None:
    with SlackDouble(scopes=DEFAULT_SCOPES | HISTORY_SCOPES, clock=clock) as slack:
        client = web_client(slack)
        channel = slack.add_channel("marketing")
        for number in range(3):
            clock.now += 60
            metadata = {"event_type": "delivery", "event_payload": {"delivery_id": f"d{number}"}}
            client.chat_postMessage(channel=channel, text=f"{number}", metadata=metadata)
        since = str(clock.now - 61)
        found = client.conversations_history(channel=channel, oldest=since, include_all_metadata=True)["messages"]
        assert [message["metadata"]["event_payload"]["delivery_id"] for message in found] == ["d2", "d1"]
        assert "metadata" not in client.conversations_history(channel=channel)["messages"][0]
        pages = [page["messages"] for page in client.conversations_history(channel=channel, limit=2)]
        assert [[message["text"] for message in page] for page in pages] == [["2", "1"], ["0"]]


def test_a_very_long_text_passes_with_a_warning(slack: SlackDouble, client: WebClient) -> None:
    client.chat_postMessage(channel=user_id(client, AIKO), text="x" * 4001)
    assert len(slack.record.calls("chat.postMessage")[0].warnings) == 1
