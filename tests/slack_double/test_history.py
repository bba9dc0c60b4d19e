"""conversations.history and conversations.open as Slack answers them: pages, moments, refusals."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, SlackDouble
from tests.slack_double.conftest import AIKO, KENJI, Clock
from tests.slack_double.test_web_api import refusal, user_id


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackDouble]:
    with SlackDouble(clock=clock, scopes=DEFAULT_SCOPES | HISTORY_SCOPES) as double:
        double.add_user(AIKO, "佐藤愛子")
        double.add_user(KENJI, "Kenji Mori")
        yield double


@pytest.fixture
def moments(slack: SlackDouble, client: WebClient, clock: Clock) -> list[str]:
    """Five messages in one channel, a second apart."""
    channel = slack.add_channel("marketing")
    found = []
    for number in range(5):
        clock.now += 1
        found.append(str(client.chat_postMessage(channel=channel, text=str(number))["ts"]))
    return found


def read(client: WebClient, **arguments: object) -> list[list[str]]:
    pages = client.conversations_history(channel="marketing", **arguments)  # type: ignore[arg-type]
    return [[message["text"] for message in page["messages"]] for page in pages]


@pytest.mark.usefixtures("moments")
def test_pages_go_back_from_the_newest(client: WebClient) -> None:
    assert read(client, limit=2) == [["4", "3"], ["2", "1"], ["0"]]


def test_with_oldest_alone_pages_go_forward_from_there(client: WebClient, moments: list[str]) -> None:
    assert read(client, limit=2, oldest=moments[0]) == [["2", "1"], ["4", "3"]]
    assert read(client, limit=2, oldest=moments[0], latest=moments[4]) == [["3", "2"], ["1"]]
    assert read(client, limit=9, oldest=moments[3], inclusive=True) == [["4", "3"]]


@pytest.mark.usefixtures("moments")
def test_a_message_that_arrives_meanwhile_shifts_no_page(client: WebClient) -> None:
    first = client.conversations_history(channel="marketing", limit=2)
    client.chat_postMessage(channel="marketing", text="new")
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel="marketing", limit=2, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["2", "1"]


@pytest.mark.usefixtures("moments")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"limit": 1000}, "invalid_limit"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "now"}, "invalid_ts_latest"),
    ],
)
def test_arguments_out_of_range_have_their_own_refusals(
    client: WebClient, arguments: dict[str, object], error: str
) -> None:
    assert refusal(client.conversations_history, channel="marketing", **arguments)["error"] == error


def test_a_person_is_no_conversation_until_it_is_opened(slack: SlackDouble, client: WebClient) -> None:
    aiko = user_id(client, AIKO)
    assert refusal(client.conversations_history, channel=aiko)["error"] == "channel_not_found"
    first = client.conversations_open(users=aiko)
    again = client.conversations_open(users=aiko)
    assert (first["channel"], first.get("already_open")) == (again["channel"], None)
    assert (again["already_open"], again["no_op"]) == (True, True)
    assert client.conversations_history(channel=first["channel"]["id"])["messages"] == []
    slack.scopes = DEFAULT_SCOPES | HISTORY_SCOPES - {"im:history"}
    assert refusal(client.conversations_history, channel=first["channel"]["id"])["needed"] == "im:history"
    slack.scopes = DEFAULT_SCOPES - {"im:write"}
    assert refusal(client.conversations_open, users=aiko)["needed"] == "im:write"


def test_no_more_than_eight_together(slack: SlackDouble, client: WebClient) -> None:
    slack.scopes = DEFAULT_SCOPES | {"mpim:write"}
    people = [slack.add_user(f"p{number}@example.com", "x") for number in range(9)]
    assert refusal(client.conversations_open, users=",".join(people))["error"] == "too_many_users"
