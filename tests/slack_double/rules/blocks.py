"""Layout blocks: their limits, and what must be unique among them."""

from collections.abc import Iterator
from typing import Any

from tests.slack_double.kit import elements_of
from tests.slack_double.rules.elements import AS_ACCESSORY, ELEMENTS, IN_ACTIONS, IN_INPUT, among
from tests.slack_double.rules.objects import PICTURE, identifier, one_picture, plain, text
from tests.slack_double.rules.rich_text import rich_text_elements
from tests.slack_double.rules.shapes import (
    Check,
    Fault,
    anything,
    boolean,
    by_type,
    every,
    listing,
    string,
    typed,
    url,
)

_ID = {"block_id": identifier}


def _text_or_fields(block: dict[str, Any], at: str) -> Iterator[Fault]:
    """A section says something: `text`, `fields` or both."""
    if "text" not in block and "fields" not in block:
        yield Fault(at, "missing required field: text or fields")


_context_item = by_type(
    {
        "image": ELEMENTS["image"],
        "plain_text": typed({"text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": typed({"text": string(3000)}, {"verbatim": boolean}),
    }
)
_cell = by_type({"raw_text": typed({"text": string(3000)}), "rich_text": typed({"elements": rich_text_elements}, _ID)})

BLOCKS: dict[str, Check] = {
    "section": every(
        typed(
            {},
            {
                **_ID,
                "text": text(3000),
                "fields": listing(text(2000), 10),
                "accessory": by_type(among(AS_ACCESSORY)),
                "expand": boolean,
            },
        ),
        _text_or_fields,
    ),
    "actions": typed({"elements": listing(by_type(among(IN_ACTIONS)), 25)}, _ID),
    "context": typed({"elements": listing(_context_item, 10)}, _ID),
    "header": typed({"text": plain(150)}, _ID),
    "divider": typed({}, _ID),
    "image": every(typed({"alt_text": string(2000)}, {**_ID, **PICTURE, "title": plain(2000)}), one_picture),
    "input": typed(
        {"label": plain(2000), "element": by_type(among(IN_INPUT))},
        {**_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": typed({"elements": rich_text_elements}, _ID),
    "markdown": typed({"text": string(12_000)}, _ID),
    "table": typed({"rows": listing(listing(_cell, 20), 100)}, {**_ID, "column_settings": listing(anything, 20)}),
    "video": typed(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": url(), "video_url": url()},
        {
            **_ID,
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": url(),
            "provider_name": string(255),
            "title_url": url(),
        },
    ),
    "file": typed({"external_id": string(255), "source": string(255)}, _ID),
}

_EVERYWHERE = {"section", "actions", "context", "header", "divider", "image", "input", "rich_text", "video"}
IN_MESSAGES = _EVERYWHERE | {"markdown", "table", "file"}
IN_VIEWS = _EVERYWHERE


def block_list(kinds: set[str], most: int) -> Check:
    """The blocks of one surface: their number, each of them, and the uniqueness of their ids."""
    each = by_type({kind: BLOCKS[kind] for kind in kinds})
    return every(listing(each, most, least=0), _unique_block_ids, _unique_action_ids, _one_focus)


def _unique_block_ids(blocks: list[dict[str, Any]], at: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            yield Fault(f"{at}/{index}/block_id", f"`block_id` {name} already exists")
        if name is not None:
            seen.add(name)


def _unique_action_ids(blocks: list[dict[str, Any]], at: str) -> Iterator[Fault]:
    """Within one block; the same action id in two blocks is fine and common."""
    for index, block in enumerate(blocks):
        seen: set[str] = set()
        for place, element in elements_of(block):
            name = element.get("action_id")
            if name in seen:
                yield Fault(f"{at}/{index}/{place}/action_id", f"`action_id` {name} already exists")
            if name is not None:
                seen.add(name)


def _one_focus(blocks: list[dict[str, Any]], at: str) -> Iterator[Fault]:
    """Only one control can have the cursor when the surface opens."""
    focused = [
        f"{at}/{index}/{place}/focus_on_load"
        for index, block in enumerate(blocks)
        for place, element in elements_of(block)
        if element.get("focus_on_load")
    ]
    yield from (Fault(place, "only one element may have focus_on_load") for place in focused[1:])
