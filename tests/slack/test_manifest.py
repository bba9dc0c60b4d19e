"""The manifest says what the code does, and the code does what the manifest says; both ways."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from flask import Flask

from collab.slack import client, dispatch, scopes
from collab.slack.manifest import FILE, written
from collab.slack.registry import edges
from collab.slack.scopes import NEEDED, OPTIONAL, SCOPES, USEFUL
from collab.slack.views import READ
from tests.slack.wire.basics import called_methods
from tests.slack_double.rules import METHODS

BOTH = [False, True]


def manifest(*, by_socket: bool = False, address: str = "https://collab.company.example") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(written(address, by_socket=by_socket))
    return found


def test_every_scope_has_its_reason_and_optional_ones_are_only_mentioned() -> None:
    asked = set(manifest()["oauth_config"]["scopes"]["bot"])
    lines = re.findall(r"^ *(# )?- ([a-z:.]+) +# (.+)$", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    reasons = {name: why for _mentioned, name, why in lines}
    assert asked == scopes.named(NEEDED, USEFUL)
    assert {name for mentioned, name, _why in lines if mentioned} == scopes.named(OPTIONAL)
    assert all(reasons[scope.name] for scope in SCOPES)
    assert not {name for name in asked if "history" in name}, "we do not read what people write in channels"


def test_every_method_we_call_has_its_scope_and_every_scope_something_that_needs_it(app: Flask) -> None:
    assert called_methods() == scopes.METHODS.keys()
    for method, takes in scopes.METHODS.items():
        if method in METHODS and METHODS[method].scopes:  # what Slack documents, as the double knows it
            assert set(METHODS[method].scopes) <= set(takes), method
    used = {scope for takes in scopes.METHODS.values() for scope in takes}
    used |= {scope.name for scope in SCOPES if scope.events} | {"commands"}
    assert used == {scope.name for scope in SCOPES}
    assert client.Health("T", "U", frozenset({"im:write"})).missing == scopes.named(NEEDED)


def test_every_event_we_hear_is_asked_for_and_no_other(app: Flask) -> None:
    asked = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert asked == edges.events.keys()
    known = {event for scope in SCOPES for event in scope.events} | scopes.WITHOUT_SCOPE
    assert asked == known


def test_every_shortcut_and_the_one_command_are_there_and_no_other(app: Flask) -> None:
    features = manifest()["features"]
    assert [command["command"] for command in features["slash_commands"]] == [dispatch.SLASH]
    assert {shortcut["callback_id"] for shortcut in features["shortcuts"]} == edges.shortcuts.keys()
    kinds = {shortcut["callback_id"]: shortcut["type"] for shortcut in features["shortcuts"]}
    assert all((kinds[name] == "message") == name.endswith(".from_message") for name in kinds)
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24, "Slack takes no longer name"
        assert len(shortcut["description"]) <= 150
    assert features["app_home"]["home_tab_enabled"] is bool(edges.events.get("app_home_opened"))


def test_slack_is_sent_to_our_three_addresses() -> None:
    found, base = manifest(), "https://collab.company.example"
    addresses = {
        found["features"]["slash_commands"][0]["url"],
        found["settings"]["interactivity"]["request_url"],
        found["settings"]["event_subscriptions"]["request_url"],
    }
    assert addresses == {base + path for path in READ}
    assert found["features"]["unfurl_domains"] == ["collab.company.example"]
    assert found["settings"]["socket_mode_enabled"] is False


def test_without_a_public_address_none_is_named() -> None:
    text = written("http://127.0.0.1:8000", by_socket=True)
    found = yaml.safe_load(text)
    assert "http" not in text.partition("display_information")[2]
    assert found["settings"]["socket_mode_enabled"] is True
    assert found["settings"]["interactivity"] == {"is_enabled": True}
    assert "unfurl_domains" not in found["features"], "Slack unfurls only what has a name"


@pytest.mark.parametrize("by_socket", BOTH)
def test_both_ways_ask_for_the_same(*, by_socket: bool) -> None:
    found, usual = manifest(by_socket=by_socket), manifest()
    assert found["oauth_config"] == usual["oauth_config"]
    assert (
        found["settings"]["event_subscriptions"]["bot_events"] == usual["settings"]["event_subscriptions"]["bot_events"]
    )
    assert found["features"]["unfurl_domains"] == ["collab.company.example"]


def test_it_is_printed(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["slack", "manifest"])
    assert said.exit_code == 0
    assert said.stderr.startswith("Slack cannot reach http://127.0.0.1:")
    assert yaml.safe_load(said.stdout)["display_information"]["name"] == "Collab"
    socket = app.test_cli_runner().invoke(args=["slack", "manifest", "--socket"])
    assert (socket.stderr, yaml.safe_load(socket.stdout)["settings"]["socket_mode_enabled"]) == ("", True)


def test_listening_needs_an_app_token(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["slack", "listen"])
    assert (said.exit_code, said.stderr) == (
        1, "Error: SLACK_APP_TOKEN is not set. Write the app-level token, which begins with xapp-.\n",
    )  # fmt: skip
