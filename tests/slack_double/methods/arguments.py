"""Reading the arguments of a call: JSON inside forms, switches, pages."""

import json
from collections.abc import Mapping
from typing import Any

from tests.slack_double.errors import SlackError

Arguments = Mapping[str, Any]
Answer = dict[str, Any]

# Form-encoded callers send these as JSON strings; what does not parse has its own refusal.
_JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
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


def page_of(things: list[Any], arguments: Arguments, default: int) -> tuple[list[Any], str]:
    """One page, and the cursor of the next one (empty at the end)."""
    start, size = int(arguments.get("cursor") or 0), int(arguments.get("limit") or default)
    end = start + size
    return things[start:end], str(end) if end < len(things) else ""
