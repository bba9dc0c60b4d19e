"""From raw bytes to what was meant: parsed by us, so that nothing a stranger sends can end in an exception elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from collab.kernel.text import storable

MOST_FIELDS = 100
COMMAND, INTERACTION, EVENT = "command", "interaction", "event"


class Malformed(Exception):
    """Signed, but not a message we can read."""


@dataclass(frozen=True)
class Incoming:
    """One message from Slack: who, where, and the whole body as Slack's documents describe it."""

    kind: str
    body: Mapping[str, Any]
    team: str
    user: str
    app_id: str


def read_command(raw: bytes) -> Incoming:
    """A slash command, form-encoded. Raises Malformed."""
    form = _form(raw)
    for name in ("team_id", "user_id", "command", "trigger_id"):
        _word(form, name)
    return Incoming(COMMAND, form, form["team_id"], form["user_id"], form.get("api_app_id", ""))


def read_interaction(raw: bytes) -> Incoming:
    """A pressed button or a submitted modal: JSON inside a form. Raises Malformed."""
    body = _json(_word(_form(raw), "payload"))
    _word(body, "type")
    team = _word(_object(body, "team"), "id")
    user = _word(_object(body, "user"), "id")
    if body["type"] == "block_actions":
        _check_actions(body)
    if body["type"] in ("view_submission", "view_closed"):
        _word(_object(body, "view"), "callback_id")
    return Incoming(INTERACTION, body, team, user, str(body.get("api_app_id") or ""))


def read_event(raw: bytes) -> Incoming:
    """An event, or the question Slack asks once about our address. Raises Malformed."""
    try:
        body = _json(raw.decode())
    except UnicodeDecodeError as error:
        raise Malformed from error
    if _word(body, "type") == "url_verification":
        return Incoming(EVENT, {"type": "url_verification", "challenge": _word(body, "challenge")}, "", "", "")
    event = _object(body, "event")
    _word(event, "type")
    return Incoming(
        EVENT, body, _word(body, "team_id"), str(event.get("user") or ""), str(body.get("api_app_id") or "")
    )


def _check_actions(body: Mapping[str, Any]) -> None:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed
    _word(actions[0], "action_id")
    for place in ("channel", "container", "view", "message"):
        if body.get(place) is not None:
            _object(body, place)


def _form(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError as error:
        raise Malformed from error


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(data, dict):
        raise Malformed
    return data


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    if not isinstance(found, dict):
        raise Malformed
    return found


def _word(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found or not storable(found):
        raise Malformed
    return found
