"""Where the controls of a Block Kit tree are, and the ids Slack gives to those that came without."""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]
Element = dict[str, Any]

_serial = itertools.count(1)


def elements_of(block: Block) -> Iterator[tuple[str, Element]]:
    """Every element of a block with its place in it: `accessory`, `element` or `elements/3`."""
    for place in ("accessory", "element"):
        if isinstance(block.get(place), dict):
            yield place, block[place]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict):
                yield f"elements/{index}", element


def controls(blocks: list[Block]) -> Iterator[tuple[Block, Element]]:
    """Every element a person can operate, with the block it stands in."""
    for block in blocks:
        for _, element in elements_of(block):
            if element.get("type") != "image":
                yield block, element


def with_ids(blocks: list[Block]) -> list[Block]:
    """A copy in which every block and control has an id; Slack invents the missing ones, freshly each time."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", f"b{next(_serial):04x}")
    for _, element in controls(blocks):
        element.setdefault("action_id", f"a{next(_serial):04x}")
    return blocks
