"""Hostile words, and what must be true of everything that was seen in Slack afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.factories import request_fields
from tests.factories.company import NAMES, address
from tests.faults.hostile_text.as_seen import Seen, plainly, see
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

MIKA, CMO, CIO = (address(name) for name in ("mika", "cmo", "cio"))
SHOWN = {
    "broadcasts": "<!channel> <!here> <!everyone|all> <!subteam^S1>",
    "mentions": "<@U00000001> <@W1|boss> <#C00000001> <#C1|general> @channel @here #general",
    "links": "<https://evil.example|ours> https://evil.example/a_b_c www.evil.example a@evil.example",
    "date tokens": "<!date^1392734382^{date}^https://evil.example|x>",
    "escaped already": "&lt;!channel&gt; &amp; &amp;amp; &lt",
    "bold": "*bold* * not * *a*b* 5*3 *",
    "italics": "_it_ SKU_A_1 __init__ _",
    "struck": "~gone~ ~ user ~",
    "code": "`code` ``` block ``` ` `",
    "quoted": "> said >>> all > b",
    "emoji": "🎉 👩‍👩‍👧‍👦 👍🏽 🇯🇵 :tada: :日本: 10:30:45 :+1::-1:",
    "Japanese": "電子稟議「至急」①㈱ｶﾅ～ーヴ゙𠮷野家",
    "right to left": "עברית العربية 123 (abc)",
    "overrides": "\u202egpj.exe\u202c \u2067x\u2069\u2069 y\u202e",
    "templates": "{title} {0} {} %s %(a)s {{ 7*7 }} ${x} \\u003c!channel\\u003e",
    "pipes": "a|b|>c <|> ||",
    "markup": "<b>x</b> <script>alert(1)</script> '\"><img src=x onerror=alert(1)>",
    "formula": '=HYPERLINK("https://evil.example") +1 -1 @SUM(1)',
    "unseen": "zero\u200bwidth\u00adsoft\ufeffbom\u2060join",
    "combining": "Z̸̡̢̛͇̭̆̈a̵͍̲̋l̶͕̐g̷̣̓o",
    "backslashes": "\\n \\ \\\\ \\*x\\*",
}
"""Taken, and to be seen in Slack as it stands here."""
REFUSED = {
    "NUL": "a\0b", "escape": "\x1b[31mred", "bell": "a\x07", "delete": "a\x7f", "next line": "a\x85b", "C1": "a\x9bb",
    "lone surrogate": "a\ud800b", "half an emoji": "\udf89", "noncharacter": "a\uffffb",
}  # fmt: skip
HUGE = {"100 kB": "x" * 100_000, "100 kB of Japanese": "稟" * 34_000, "100 kB of signs": "<&>*" * 25_000}
LINES = {"lines": "one\n> two\n\n* three\n```\nfour\n```\n:tada:", "separators": "a\u2028b\u2029c", "windows": "a\r\nb"}
API_FIELDS = ("title", "vendor", "purpose", "cx_impact", "no_goal_reason", "benefit.text", "after_the_fact.reason")
named = pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN.keys())
EVEN, ODD = (dict(list(SHOWN.items())[first::2]) for first in (0, 1))
even = pytest.mark.parametrize("text", EVEN.values(), ids=EVEN.keys())
odd = pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
"""Half of them for each of two doors that lead into the same room."""
refused = pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
huge = pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())


def everything(slack: SlackDouble, base: str = "http://127.0.0.1:5000") -> Seen:
    """All that anybody saw in Slack; on the way the rules that hold for all of it are checked."""
    refusals = [call for call in slack.record.calls() if call.outcome != "ok" and call.method != "users.lookupByEmail"]
    assert not refusals, [(call.method, call.outcome, call.answer) for call in refusals]
    seen = Seen()
    for payload in payloads(slack):
        one = see(payload)
        assert not one.mentions, one.mentions
        assert not [link for link in one.links if not link.startswith(f"{base}/")], one.links
        seen.texts += one.texts
    return seen


def payloads(slack: SlackDouble) -> Iterator[dict[str, Any]]:
    """Messages as they were sent, answers and modals as they were shown."""
    for method in ("chat.postMessage", "chat.update"):
        for call in slack.record.calls(method):
            assert call.arguments["parse"] == "none"
            assert call.arguments.get("link_names") in (False, "0", None)
            assert method == "chat.update" or call.arguments["unfurl_links"] is call.arguments["mrkdwn"] is False
            # An edit has no switch for formatting, but with blocks its text is for notifications only.
            yield {**call.arguments, "mrkdwn": False} if call.arguments.get("blocks") else dict(call.arguments)
    for name in NAMES:
        for whisper in slack.record.ephemerals_to(address(name)) if name != "left" else ():
            yield {"blocks": whisper.blocks, "text": whisper.text, "mrkdwn": False}
    yield from (view.body for view in slack.record.views())


def shows(seen: Seen, text: str, cut: int = 0) -> bool:
    """Whether a text is to be seen as it was written, or as much of it as is shown of it."""
    wanted = plainly(text)
    return wanted in seen.words or bool(cut and plainly(text[: cut - 20]) in seen.words)


def submitted(caller: Api, fields: dict[str, Any]) -> None:
    answer = caller.post("/purchases", fields)
    assert answer.status_code == 201, answer.json
    answer = caller.post(f"/purchases/{answer.json['key']}/submit")
    assert answer.status_code in (200, 201), answer.json


def sent(caller: Api, path: str, content: dict[str, Any]) -> Any:
    """A body in JSON's own escapes, as half a sign can only be sent."""
    return caller.send("POST", path, data=json.dumps(content), content_type="application/json")


def fill(sign: str, longest: int) -> str:
    return (sign * longest)[: longest // len(sign) * len(sign)].strip()


def everywhere(text: str) -> dict[str, Any]:
    """A request that could be submitted, with a text in every field for words."""
    return request_fields(
        title=text, vendor=text, purpose=text, goal=None, no_goal_reason=text, cx_impact=text,
        benefit={"text": text}, after_the_fact={"on": "2026-11-01", "reason": text},
    )  # fmt: skip


def user(slack: SlackDouble, email: str) -> str:
    return next(one for one in (slack.mention(email),))[2:].split("|")[0]


def forced(slack: SlackDouble, modal: Any, values: dict[str, str]) -> dict[str, Any]:
    """A form sent as no Slack client would send it: past the lengths its fields name."""
    held = {
        block["block_id"]: {
            block["element"]["action_id"]: {"type": "plain_text_input", "value": values.get(block["block_id"], "x")}
        }
        for block in modal.blocks
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    }
    view = {**modal.body, "state": {"values": held}}
    payload = {
        "type": "view_submission", "team": {"id": slack.app.team_id}, "user": {"id": user(slack, MIKA)},
        "api_app_id": slack.app.app_id, "trigger_id": "1.2.3", "view": view,
    }  # fmt: skip
    content = urlencode({"payload": json.dumps(payload)}).encode()
    reply = slack.play.raw("/slack/interactions", content, content_type="application/x-www-form-urlencoded")
    assert reply.status == 200
    return dict(reply.body)
