"""Events are signed, carry their id, and are sent again until the product takes them."""

import time
from typing import Any

import pytest
from flask import Response

from tests.slack_double import SlackDouble
from tests.slack_double.conftest import AIKO
from tests.slack_double.product import Product


@pytest.fixture
def received(product: Product) -> list[dict[str, Any]]:
    """What the product was told, with the retry headers; it refuses as long as `troubles` last."""
    seen: list[dict[str, Any]] = []
    product.answer = lambda: seen.append({**product.payload, "headers": product.headers}) or ""
    return seen


def retries(received: list[dict[str, Any]]) -> list[tuple[str | None, str | None]]:
    names = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
    return [(one["headers"].get(names[0]), one["headers"].get(names[1])) for one in received]


def answering(product: Product, seen: list[dict[str, Any]], *answers: Any) -> None:
    """The product answers so, one after another."""
    waiting = list(answers)

    def answer() -> Any:
        seen.append({**product.payload, "headers": product.headers})
        found = waiting.pop(0)
        return found() if callable(found) else found

    product.answer = answer


def test_a_refused_event_comes_again_with_the_same_id_until_it_is_taken(slack: SlackDouble, product: Product) -> None:
    seen: list[dict[str, Any]] = []
    answering(product, seen, ("no", 500), ("no", 403), "")
    delivery = slack.events.send({"type": "app_home_opened"}, event_id="Ev7")
    assert (delivery.accepted, delivery.statuses) == (True, [500, 403, 200])
    assert {one["event_id"] for one in seen} == {"Ev7"}
    assert retries(seen) == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_slack_gives_up_after_three_retries(slack: SlackDouble, product: Product) -> None:
    product.answer = lambda: ("no", 500)
    delivery = slack.events.send({"type": "app_home_opened"})
    assert (delivery.accepted, delivery.statuses) == (False, [500] * 4)


def test_a_slow_answer_counts_as_none(slack: SlackDouble, product: Product) -> None:
    seen: list[dict[str, Any]] = []
    answering(product, seen, lambda: time.sleep(0.5) or "", "")
    delivery = slack.events.send({"type": "app_home_opened"}, patience=0.2)
    assert delivery.statuses == ["http_timeout", 200]
    assert retries(seen)[1] == ("1", "http_timeout")


def test_nobody_there(slack: SlackDouble) -> None:
    slack.product_url = "http://127.0.0.1:9"
    delivery = slack.events.send({"type": "app_home_opened"})
    assert delivery.statuses == ["connection_failed"] * 4


def test_an_app_may_ask_not_to_be_told_again(slack: SlackDouble, product: Product) -> None:
    product.answer = lambda: Response(status=500, headers={"X-Slack-No-Retry": "1"})
    assert slack.events.send({"type": "app_home_opened"}).statuses == [500]


def test_an_event_may_come_twice_though_it_was_taken(
    slack: SlackDouble, product: Product, received: list[dict[str, Any]]
) -> None:
    slack.events.home_opened(AIKO, event_id="Ev1", times=2)
    assert retries(received) == [(None, None), ("1", "http_timeout")]
    assert received[0]["event"] == received[1]["event"]


def test_a_message_is_told_where_it_stands(slack: SlackDouble, received: list[dict[str, Any]]) -> None:
    slack.events.message(AIKO, "hello")
    event = received[0]["event"]
    written = slack.record.messages()[0]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "hello")
    assert (event["channel"], event["ts"], event["user"]) == (written.channel, written.ts, written.author)


def test_a_changed_account_is_told_and_shown(slack: SlackDouble, received: list[dict[str, Any]]) -> None:
    slack.events.user_change(AIKO, changes={"deleted": True, "name": "佐藤"})
    user = received[0]["event"]["user"]
    assert (user["deleted"], user["real_name"], user["profile"]["email"]) == (True, "佐藤", AIKO)


def test_the_end_of_an_installation_is_told(slack: SlackDouble, received: list[dict[str, Any]]) -> None:
    slack.events.tokens_revoked()
    slack.events.app_uninstalled(team_id="T0OTHER")
    assert received[0]["event"]["tokens"]["bot"] == [slack.app.bot_user_id]
    assert (received[1]["event"]["type"], received[1]["team_id"]) == ("app_uninstalled", "T0OTHER")
