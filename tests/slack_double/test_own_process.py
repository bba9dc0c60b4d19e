"""The double as a process of its own, driven over HTTP."""

from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask
from slack_sdk import WebClient

from tests.slack_double.product import Product
from tests.slack_double.remote import Remote, started
from tests.slack_double.test_faults import delivery, tried
from tests.slack_double.test_web_api import refusal


@pytest.fixture
def remote() -> Iterator[Remote]:
    with started("--user", "aiko@example.com=佐藤愛子", "--history") as double:
        yield double


@pytest.fixture
def client(remote: Remote) -> WebClient:
    return WebClient(remote.app.bot_token, base_url=remote.api_url, retry_handlers=[])


def test_it_can_be_filled_and_read(remote: Remote, client: WebClient) -> None:
    client.chat_postMessage(channel=remote.add_user("kenji@example.com", "Kenji Mori"), text="hello")
    channel = remote.add_channel("marketing")
    client.chat_postMessage(channel=channel, text="hello all", metadata=delivery("d1"))
    record = remote.ask("GET", "record")
    assert [states[-1]["text"] for states in record["messages"]] == ["hello", "hello all"]
    assert [call["outcome"] for call in record["calls"]] == ["ok", "ok"]
    assert [(one["text"], one["delivery_id"]) for one in remote.messages()] == [("hello", ""), ("hello all", "d1")]
    assert remote.deliveries() == {"d1": 1}
    assert client.users_lookupByEmail(email="aiko@example.com")["user"]["real_name"] == "佐藤愛子"


def test_wrong_wishes_are_refused(remote: Remote) -> None:
    door = remote.api_url.removesuffix("api/")
    assert requests.get(door + "_double/nothing", timeout=5).status_code == 404
    assert requests.get(door, timeout=5).status_code == 404
    assert requests.post(door + "_double/faults", json={"kind": "clear"}, timeout=5).status_code == 400
    assert requests.put(door + "_double/rates", json={"faster": 1}, timeout=5).status_code == 400


def test_misfortune_rates_tokens_and_scopes_are_set_from_outside(remote: Remote, client: WebClient) -> None:
    channel = remote.add_channel("marketing")
    remote.fault("lose", 1.0, how="end", seed=7, times=1)
    assert [tried(client, channel, "d1") for _ in range(2)] == ["RemoteDisconnected", "ok"]
    assert remote.tally()["duplicates"] == {"d1": 2}
    remote.fault("fail")
    assert tried(client, channel, "d2") == "503"
    remote.calm()
    remote.ask("PUT", "rates", burst=1)
    assert [tried(client, channel, "d3") for _ in range(3)] == ["ok", "ratelimited", "ratelimited"]
    assert len(remote.tally()["calls_during_pause"]) == 1
    assert remote.calls("chat.postMessage", "ratelimited") == 2
    remote.ask("PUT", "rates", off=True)
    remote.revoke()
    assert refusal(client.auth_test)["error"] == "token_revoked"
    remote.restore()
    remote.ask("PUT", "scopes", scopes=["chat:write"])
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write"


def test_events_are_sent_from_there(remote: Remote, serve: Callable[[Flask], str]) -> None:
    product = Product(remote.app.signing_secret)
    remote.ask("PUT", "product", url=serve(product.app()))
    sent = remote.ask("POST", "events", event={"type": "app_uninstalled"}, event_id="Ev1", times=2)
    assert (sent["event_id"], sent["statuses"]) == ("Ev1", [200, 200])
    assert product.payload["event"]["type"] == "app_uninstalled"
