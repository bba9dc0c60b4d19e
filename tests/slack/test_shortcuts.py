"""Shortcuts on messages: what is kept of the message, and what a broken one does (nothing)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from collab.slack.quoting import quoted
from tests.slack.people import MIKA
from tests.slack_double import SlackDouble

WHOLE: dict[str, Any] = {
    "type": "message_action", "callback_id": "task.from_message", "team": {"id": "T0DOUBLE", "domain": "double"},
    "channel": {"id": "C1"}, "message": {"text": "hello", "ts": "1700000000.000100", "user": "U2"}, "trigger_id": "1.2.3",
}  # fmt: skip


def body(**changes: Any) -> dict[str, Any]:
    return {**WHOLE, **changes}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("see &lt;b&gt; &amp; more", "see <b> & more"), ("<https://a.example|the page> and <https://b.example>", "the page and https://b.example"),
        ("<!channel> now", "!channel now"), ("a\x00b", ""), (None, ""), (7, ""), ("x" * 9000, "x" * 3000),
    ],
)  # fmt: skip
def test_a_message_is_kept_as_its_reader_sees_it(text: Any, kept: str) -> None:
    assert quoted(body(message={"text": text, "ts": "1.2"})).text == kept


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, "https://double.slack.com/archives/C1/p1700000000000100"),
        ({"message": {"ts": "2.3", "thread_ts": "1.2"}}, "https://double.slack.com/archives/C1/p23?thread_ts=1.2&cid=C1"),
        ({"team": {"id": "T0DOUBLE"}}, ""), ({"team": {"domain": "evil.example/"}}, ""), ({"channel": {"id": "../x"}}, ""),
        ({"message": {"ts": "1.2?x"}}, ""), ({"message": {}}, ""),
    ],
)  # fmt: skip
def test_the_way_back_is_built_of_nothing_but_slacks_own_names(changes: dict[str, Any], link: str) -> None:
    assert quoted(body(**changes)).link == link


@pytest.mark.parametrize("broken", [{"message": None}, {"channel": "C1"}, {"callback_id": None}, {"message": []}])
def test_a_broken_shortcut_is_refused(served: SlackDouble, broken: dict[str, Any]) -> None:
    user = {"id": served.mention(MIKA)[2:].partition("|")[0], "team_id": "T0DOUBLE"}
    payload = json.dumps({**WHOLE, "user": user, **broken})
    raw = urlencode({"payload": payload}).encode()
    reply = served.play.raw("/slack/interactions", raw, content_type="application/x-www-form-urlencoded")
    assert reply.status == 400


def test_a_shortcut_of_another_version_says_so(served: SlackDouble) -> None:
    message = served.say(MIKA, "hello")
    assert served.play.shortcut(MIKA, "task.of_tomorrow", message).view is None
