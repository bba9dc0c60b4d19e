"""Views and triggers: three seconds, one use; updates guarded by a hash; Home tabs."""

import pytest
from slack_sdk import WebClient

from tests.slack_double import SlackDouble
from tests.slack_double.conftest import AIKO, Clock
from tests.slack_double.examples import entry, home, modal, section
from tests.slack_double.test_web_api import refusal, user_id


@pytest.fixture
def trigger_id(slack: SlackDouble) -> str:
    """A trigger as an interaction of Aiko's would carry it."""
    return slack._slack.triggers.mint(slack.add_user(AIKO, "佐藤愛子"))


def test_a_view_gets_ids_and_a_hash(slack: SlackDouble, client: WebClient, trigger_id: str) -> None:
    view = client.views_open(trigger_id=trigger_id, view=modal(entry(), callback_id="ask"))["view"]
    assert view["id"].startswith("V")
    assert view["root_view_id"] == view["id"]
    assert all([view["hash"], view["blocks"][0]["block_id"], view["blocks"][0]["element"]["action_id"]])
    assert (view["callback_id"], view["private_metadata"], view["state"]) == ("ask", "", {"values": {}})
    assert [shown.text for shown in slack.record.views(AIKO)] == ["Ask"]


def test_a_trigger_lives_three_seconds(client: WebClient, trigger_id: str, clock: Clock) -> None:
    clock.now += 3.1
    assert refusal(client.views_open, trigger_id=trigger_id, view=modal())["error"] == "expired_trigger_id"


def test_a_trigger_opens_one_view_only(client: WebClient, trigger_id: str, clock: Clock) -> None:
    clock.now += 2.9
    client.views_open(trigger_id=trigger_id, view=modal())
    assert refusal(client.views_open, trigger_id=trigger_id, view=modal())["error"] == "exchanged_trigger_id"


def test_a_trigger_cannot_be_made_up(client: WebClient) -> None:
    assert refusal(client.views_open, trigger_id="1.2.abc", view=modal())["error"] == "invalid_trigger_id"


def test_a_refused_view_leaves_the_trigger_good(client: WebClient, trigger_id: str) -> None:
    answer = refusal(client.views_open, trigger_id=trigger_id, view=modal(section("")))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"
    ]
    assert client.views_open(trigger_id=trigger_id, view=modal())["ok"] is True


def test_an_update_is_guarded_by_the_hash(slack: SlackDouble, client: WebClient, trigger_id: str) -> None:
    first = client.views_open(trigger_id=trigger_id, view=modal(external_id="form-1"))["view"]
    second = client.views_update(view_id=first["id"], hash=first["hash"], view=modal(section("two")))["view"]
    assert second["hash"] != first["hash"]
    stale = {"view_id": first["id"], "hash": first["hash"], "view": modal()}
    assert refusal(client.views_update, **stale)["error"] == "hash_conflict"
    assert client.views_update(external_id="form-1", view=modal())["view"]["id"] == first["id"]
    assert refusal(client.views_update, view_id="V404", view=modal())["error"] == "not_found"
    assert len(slack.record.views()) == 3


def test_three_views_are_the_highest_pile(slack: SlackDouble, client: WebClient) -> None:
    def trigger() -> str:
        return slack._slack.triggers.mint(user_id(client, AIKO))

    bottom = client.views_open(trigger_id=trigger(), view=modal())["view"]
    for _ in range(2):
        top = client.views_push(trigger_id=trigger(), view=modal())["view"]
        assert top["root_view_id"] == bottom["id"]
    assert refusal(client.views_push, trigger_id=trigger(), view=modal())["error"] == "push_limit_reached"


def test_a_home_tab_is_one_view_per_person(slack: SlackDouble, client: WebClient) -> None:
    aiko = user_id(client, AIKO)
    first = client.views_publish(user_id=aiko, view=home(section("one")))["view"]
    second = client.views_publish(user_id=aiko, view=home(section("two")), hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    shown = slack.record.home_of(AIKO)
    assert shown
    assert shown.blocks[0]["text"]["text"] == "two"
    assert refusal(client.views_publish, user_id=aiko, view=home(), hash=first["hash"])["error"] == "hash_conflict"
    assert refusal(client.views_publish, user_id="U404", view=home())["error"] == "user_not_found"
