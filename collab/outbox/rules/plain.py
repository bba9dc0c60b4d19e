"""What a Slack message says, as plain lines for a letter: every word of it, none of its buttons and links."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_STYLED = re.compile(r"(?<!\w)([*_~`])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_UNSEEN = str.maketrans({"\u2060": None, "\u2068": None, "\u2069": None})
"""What keeps Slack from reading user text as a format, and writing from right to left to itself."""

Block = Mapping[str, Any]


def lines_of(blocks: Iterable[Block]) -> list[str]:
    """The paragraphs of a message, in their order; what is only there to be pressed is left out."""
    return [line for block in blocks for part in _said(block) if (line := part.strip())]


def words_of(mrkdwn: str) -> str:
    """Slack's markup as words: links by their label, nothing formatted."""
    text = _LINK.sub(lambda link: link[2] if link[2] is not None else "", mrkdwn)
    return html.unescape(_STYLED.sub(r"\2", text)).translate(_UNSEEN)


def _said(block: Block) -> Iterator[str]:
    match block.get("type"):
        case "header" | "section":
            yield _text(block.get("text"))
            yield from (_fact(field) for field in block.get("fields", ()))
        case "context":
            yield " ".join(_text(part) for part in block.get("elements", ()))
        case "rich_text":
            yield "".join(_leaves(block.get("elements", ())))


def _text(part: Any) -> str:
    if not isinstance(part, Mapping) or "text" not in part:
        return ""
    text = str(part["text"])
    return words_of(text) if part.get("type") == "mrkdwn" else text.translate(_UNSEEN)


def _fact(field: Any) -> str:
    """A label and its value stand on one line."""
    label, _, value = _text(field).partition("\n")
    return f"{label}: {value}" if value else label


def _leaves(elements: Sequence[Any]) -> Iterator[str]:
    for element in elements:
        if "elements" in element:
            yield from _leaves(element["elements"])
        elif element.get("type") == "text":
            yield str(element.get("text", "")).translate(_UNSEEN)
