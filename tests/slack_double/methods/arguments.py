"""Reading the arguments of a call: JSON inside forms, switches, pages."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.slack_double.errors import SlackError

Arguments = Mapping[str, Any]
Answer = dict[str, Any]

MOST_ON_A_PAGE = 999

# Form-encoded callers send these as JSON strings; what does not parse has its own refusal.
_JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "unfurls": "invalid_unfurls_format",
}


def parsed(arguments: Arguments) -> Answer:
    """The arguments with the JSON strings read."""
    return {name: _read_json(name, value) if name in _JSON_ARGUMENTS else value for name, value in arguments.items()}


def _read_json(name: str, value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise SlackError(_JSON_ARGUMENTS[name]) from None
    if not isinstance(value, list if name in ("blocks", "attachments") else dict):
        raise SlackError(_JSON_ARGUMENTS[name])
    return value


def yes(arguments: Arguments, name: str) -> bool:
    """Whether a switch is on, however the caller spells it."""
    return arguments.get(name) in (True, "1", "true")


def page_size(arguments: Arguments, default: int) -> int:
    """How many things a page holds: 1 to 999."""
    if not arguments.get("limit"):
        return default
    size = int(arguments["limit"])
    if not 1 <= size <= MOST_ON_A_PAGE:
        raise SlackError("invalid_limit")
    return size


def cursor_to(place: str) -> str:
    """A cursor as Slack writes them, opaque to its reader."""
    return base64.b64encode(f"next:{place}".encode()).decode()


def place_of(arguments: Arguments) -> str:
    """Where a page begins; empty for the first one."""
    if not arguments.get("cursor"):
        return ""
    try:
        kind, _, place = base64.b64decode(str(arguments["cursor"]), validate=True).decode().partition(":")
    except ValueError:
        kind, place = "", ""
    if kind != "next" or not place:
        raise SlackError("invalid_cursor")
    return place


def page_of(things: list[Any], arguments: Arguments, default: int) -> tuple[list[Any], str]:
    """One page, and the cursor of the next one (empty at the end)."""
    start, size = int(place_of(arguments) or 0), page_size(arguments, default)
    end = start + size
    return things[start:end], cursor_to(str(end)) if end < len(things) else ""
