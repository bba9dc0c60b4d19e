"""Block Kit bricks: the only place that knows Slack's limits and its way of escaping user text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SECTION, FIELD, HEADER, BUTTON, OPTION, MOST_FIELDS = 3000, 2000, 150, 75, 75, 10

Block = dict[str, Any]


def escape(text: str) -> str:
    """User text for mrkdwn: exactly these three, so that no mention or link is ever built from it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, longest: int) -> str:
    """At most so many characters, the end marked."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def plain(text: str, longest: int = SECTION) -> Block:
    """A plain text object: nothing in it is interpreted."""
    return {"type": "plain_text", "text": cut(text, longest) or " ", "emoji": False}


def mrkdwn(text: str, longest: int = SECTION) -> Block:
    """A formatted text object; user text in it must have gone through `escape`."""
    return {"type": "mrkdwn", "text": cut(text, longest) or " "}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, *, fields: Sequence[str] = (), block_id: str | None = None) -> Block:
    """A paragraph of mrkdwn, with fields in two columns."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if fields:
        block["fields"] = [mrkdwn(field, FIELD) for field in fields[:MOST_FIELDS]]
    return {**block, "block_id": block_id} if block_id else block


def context(text: str) -> Block:
    """A small line."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def button(label: str, action: str, value: str, *, style: str | None = None, url: str | None = None) -> Block:
    """A button; `value` comes back in the click."""
    made: Block = {"type": "button", "text": plain(label, BUTTON), "action_id": action, "value": value}
    if style:
        made["style"] = style
    return {**made, "url": url} if url else made


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """A row of buttons."""
    row: Block = {"type": "actions", "elements": list(elements)}
    return {**row, "block_id": block_id} if block_id else row
