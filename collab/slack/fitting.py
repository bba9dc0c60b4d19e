"""A message or view as a whole within Slack's limits. Each brick keeps its own; these are those no brick can see."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collab.slack.blocks import Block
from collab.slack.wording import cut, cut_markup, even_share

MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_TEXT, VIEW_BYTES = 50, 100, 12_000, 240_000
"""Slack takes 250 kB for a view; what it is wrapped in needs some of it."""
SHORT = 40
"""To how much the words of a view that would be too large are cut; never what somebody has typed."""


def message(blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The blocks of a message: at most fifty, and 12,000 characters of text, the longest texts cut first."""
    shown = _at_most(blocks, MESSAGE_BLOCKS)
    if len(repr(shown)) <= MESSAGE_TEXT:  # most are short as a whole
        return shown
    lengths = [len(holder["text"]) for block in shown for holder in _texts(block)]
    if sum(lengths) <= MESSAGE_TEXT:
        return shown
    longest = even_share(lengths, MESSAGE_TEXT)
    return [_shortened(block, longest) for block in shown]


def view(blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The blocks of a modal or Home tab: at most a hundred, and 250 kB as JSON, in which a Japanese sign takes six bytes."""
    shown = _at_most(blocks, VIEW_BLOCKS)
    if len(json.dumps(shown)) <= VIEW_BYTES:
        return shown
    return [_shortened(block, SHORT) for block in shown]


def _at_most(blocks: Sequence[Mapping[str, Any]], most: int) -> list[Block]:
    """The first ones and the last, which is where the buttons are."""
    kept = blocks if len(blocks) <= most else [*blocks[: most - 1], blocks[-1]]
    return [dict(block) for block in kept]


def _shortened(tree: Any, longest: int) -> Any:
    if isinstance(tree, dict):
        made = {name: _shortened(branch, longest) for name, branch in tree.items()}
        if isinstance(made.get("text"), str):
            made["text"] = (cut_markup if made.get("type") == "mrkdwn" else cut)(made["text"], longest) or " "
        return made
    return [_shortened(branch, longest) for branch in tree] if isinstance(tree, list) else tree


def _texts(tree: Any) -> Iterator[dict[str, Any]]:
    """Everything in a tree that holds a text."""
    if isinstance(tree, dict):
        if isinstance(tree.get("text"), str):
            yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _texts(branch)
