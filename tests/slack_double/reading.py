"""What a person reads and can press: the visible text and the buttons of a message or view."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.slack_double.kit import Block, controls
from tests.slack_double.things import Surface, View

_LINK = re.compile(r"<(?:https?|mailto)[^|>]*\|([^>]*)>|<((?:https?|mailto)[^>]*)>")
_BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<([@#][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Button:
    """A button as it is seen, and what pressing it sends."""

    label: str
    action_id: str
    block_id: str
    value: str | None
    url: str | None
    style: str | None


def all_blocks(surface: Surface) -> list[Block]:
    """The blocks of a surface, those inside coloured attachments included."""
    inside = [block for attachment in surface.attachments for block in attachment.get("blocks", [])]
    return [*surface.blocks, *inside]


def text_of(surface: Surface) -> str:
    """The visible words, one line for each text. A message's own text is a fallback, counted only without blocks.

    Links read as their label, mentions as `@U…` and broadcasts as `@channel`: an escaped `&lt;!channel&gt;` still reads
    `<!channel>`, so a test can tell a real broadcast from a harmless one.
    """
    blocks = all_blocks(surface)
    words = [line for block in blocks for line in _lines(block)]
    words += [attachment["text"] for attachment in surface.attachments if attachment.get("text")]
    if isinstance(surface, View) or not blocks:
        words.insert(0, _readable(surface.text))
    return "\n".join(words)


def buttons(surface: Surface) -> list[Button]:
    """Every button, in reading order."""
    return [
        Button(
            element["text"]["text"],
            element["action_id"],
            block["block_id"],
            element.get("value"),
            element.get("url"),
            element.get("style"),
        )
        for block, element in controls(all_blocks(surface))
        if element["type"] == "button"
    ]


def mentions_key(surface: Surface, key: str) -> bool:
    """Whether the readable text names a subject: `PR-1` is not named by `PR-12`, but it is by `PR-1を承認`."""
    words = f"{text_of(surface)}\n{surface.text}"
    return re.search(rf"(?<![0-9A-Za-z-]){re.escape(key)}(?![0-9A-Za-z])", words) is not None


def _lines(block: Block) -> Iterator[str]:
    if block["type"] == "rich_text":
        yield "".join(_pieces(block["elements"]))
    elif block["type"] in ("markdown", "divider"):
        yield from [block["text"]] if "text" in block else []
    elif block["type"] == "table":
        yield from ("".join(_pieces(row)) for row in block["rows"])
    else:
        for holder in _holders(block):
            yield _readable(holder["text"]) if holder["type"] == "mrkdwn" else holder["text"]


def _holders(block: Block) -> Iterator[dict[str, Any]]:
    """The text objects of a block in reading order; those inside controls are not running text."""
    for name in ("title", "label", "text", "hint"):
        if isinstance(block.get(name), dict):
            yield block[name]
    yield from block.get("fields", [])
    if block["type"] == "context":
        yield from (element for element in block["elements"] if element["type"] != "image")


def _pieces(elements: list[dict[str, Any]]) -> Iterator[str]:
    """The text of rich text, however deep."""
    for element in elements:
        if "elements" in element:
            yield from _pieces(element["elements"])
        else:
            yield element.get("text") or element.get("url") or element.get("user_id") or ""
            yield " " if element["type"] == "raw_text" else ""


def _readable(mrkdwn: str) -> str:
    """Mrkdwn as shown: link labels, mentions, and `&lt;` as `<`."""
    shown = _LINK.sub(lambda match: match[1] or match[2], mrkdwn)
    shown = _MENTION.sub(r"\1", _BROADCAST.sub(r"@\1", shown))
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
