"""Whole messages and views: the limits that no single block can break."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.slack_double.errors import SlackError
from tests.slack_double.rules.blocks import IN_MESSAGES, IN_VIEWS, block_list
from tests.slack_double.rules.objects import plain
from tests.slack_double.rules.shapes import Check, Fault, anything, boolean, by_type, every, shape, string, typed

TEXT_LIMIT = 40_000
# Slack documents the shorter limit for edits; a card posted with a long fallback text could then never be repainted.
EDIT_TEXT_LIMIT = 4_000
TEXT_ADVICE = 4_000
# Undocumented: messages whose blocks hold more text than this came back as `msg_blocks_too_long` in public reports.
BLOCKS_TEXT_LIMIT = 13_200
ATTACHMENT_LIMIT = 100
VIEW_BYTES = 250_000

message_blocks = block_list(IN_MESSAGES, most=50)
_view_blocks = block_list(IN_VIEWS, most=100)

_COMMON = {
    "callback_id": string(255, least=0),
    "private_metadata": string(3000, least=0),
    "external_id": string(255, least=0),
}


def _inputs_need_submit(view: dict[str, Any], at: str) -> Iterator[Fault]:
    """A form nobody can send is refused."""
    if "submit" not in view and any(block.get("type") == "input" for block in view["blocks"]):
        yield Fault(at, "missing required field: submit (required when an input block is within the blocks array)")


_VIEWS: dict[str, Check] = {
    "modal": every(
        typed(
            {"title": plain(24), "blocks": _view_blocks},
            {**_COMMON, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
        ),
        _inputs_need_submit,
    ),
    "home": typed({"blocks": _view_blocks}, _COMMON),
}


def check_view(view: Any, kind: str) -> None:
    """Refuses a view as `views.open` and its sisters do: `invalid_arguments` with every reason."""
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    faults = list(by_type({kind: _VIEWS[kind]})(view, "/view"))
    if faults:
        raise SlackError("invalid_arguments", faults)


def check_message(content: Mapping[str, Any], text_limit: int = TEXT_LIMIT) -> list[str]:
    """Refuses a message as `chat.postMessage` does; returns what Slack would only warn about."""
    text, blocks, attachments = content.get("text"), content.get("blocks"), content.get("attachments")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text or "") > text_limit:
        raise SlackError("msg_too_long")
    _check_blocks(blocks or [], "/blocks")
    _check_attachments(attachments or [])
    if content.get("metadata"):
        _check_metadata(content["metadata"])
    long = len(text or "") > TEXT_ADVICE
    return [f"[WARN] text is {len(text or '')} characters; keep it under {TEXT_ADVICE}"] if long else []


def _check_blocks(blocks: Any, at: str) -> None:
    faults = list(message_blocks(blocks, at))
    if faults:
        raise SlackError("invalid_blocks", faults)
    if sum(map(len, _texts(blocks))) > BLOCKS_TEXT_LIMIT:
        raise SlackError("msg_blocks_too_long")


def _check_attachments(attachments: list[Any]) -> None:
    if len(attachments) > ATTACHMENT_LIMIT:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments", [Fault(f"/attachments/{index}", "must provide an object")])
        _check_blocks(attachment.get("blocks", []), f"/attachments/{index}/blocks")


_metadata = shape({"event_type": string(255), "event_payload": anything})


def _check_metadata(metadata: Any) -> None:
    """An event type and a payload object; anything else never reaches the message."""
    faults = list(_metadata(metadata, "/metadata"))
    if faults or not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format", faults)


def _texts(tree: Any) -> Iterator[str]:
    """Every `text` string in a tree."""
    if isinstance(tree, dict):
        if isinstance(tree.get("text"), str):
            yield tree["text"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _texts(branch)
