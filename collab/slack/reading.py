"""From raw bytes to what was meant: parsed by us, so that nothing a stranger sends can end in an exception elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from collab.kernel.text import storable

MOST_FIELDS = 100
COMMAND, INTERACTION, EVENT = "command", "interaction", "event"


FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Malformed(Exception):
    """Signed, but not a message we can read."""


@dataclass(frozen=True)
class Incoming:
    """One message from Slack: who, where, and the whole body as Slack's documents describe it.

    `home` is the workspace (or organization) of the person's own account where Slack says so: in a channel shared with
    another company it is not the one the message came from. `key` is the same for the same message only; without one
    (what is played on the preview) every message is new.
    """

    kind: str
    body: Mapping[str, Any]
    team: str
    user: str
    app_id: str
    home: str = ""
    key: str = ""

    @property
    def from_outside(self) -> bool:
        """Whether the person has their account elsewhere, by what the message itself says."""
        ours = {"", self.team, *(_inner(self.body, name, "id") for name in ("team", "enterprise"))}
        return self.home not in {
            *ours,
            _inner(self.body, "team", "enterprise_id"),
            str(self.body.get("enterprise_id") or ""),
        }


def read_command(raw: bytes) -> Incoming:
    """A slash command, form-encoded. Raises Malformed."""
    return command_of(_form(raw), _digest(raw))


def read_interaction(raw: bytes) -> Incoming:
    """A pressed button, a submitted modal, a shortcut on a message: JSON inside a form. Raises Malformed."""
    return interaction_of(_json(_word(_form(raw), "payload")), _digest(raw))


def read_event(raw: bytes) -> Incoming:
    """An event, or the question Slack asks once about our address. Raises Malformed."""
    try:
        return event_of(_json(raw.decode()))
    except UnicodeDecodeError as error:
        raise Malformed from error


def read_envelope(kind: str, payload: object) -> Incoming:
    """The same three kinds of message, as Socket Mode wraps them. Raises Malformed."""
    if not isinstance(payload, dict):
        raise Malformed
    if kind == "events_api":
        return event_of(payload)
    key = _digest(json.dumps(payload, sort_keys=True).encode())
    if kind == "slash_commands":
        return command_of({name: value for name, value in payload.items() if isinstance(value, str)}, key)
    if kind == "interactive":
        return interaction_of(payload, key)
    raise Malformed


def command_of(form: dict[str, str], key: str) -> Incoming:
    """A slash command in its fields. Raises Malformed."""
    for name in ("team_id", "user_id", "command", "trigger_id"):
        _word(form, name)
    return Incoming(COMMAND, form, form["team_id"], form["user_id"], form.get("api_app_id", ""), key=key)


def interaction_of(body: dict[str, Any], key: str) -> Incoming:
    """What was pressed, submitted or chosen; `key` is the message's own unless a form has a better one. Raises Malformed."""
    _word(body, "type")
    team = _word(_object(body, "team"), "id")
    user = _word(_object(body, "user"), "id")
    if body["type"] == "block_actions":
        _check_actions(body)
    if body["type"] in ("view_submission", "view_closed"):
        _word(_object(body, "view"), "callback_id")
    if body["type"] in ("message_action", "shortcut"):
        _word(body, "callback_id")
        for place in ("message", "channel") if body["type"] == "message_action" else ():
            _object(body, place)
    home, app_id = _inner(body, "user", "team_id"), str(body.get("api_app_id") or "")
    return Incoming(INTERACTION, body, team, user, app_id, home, _key(body, team, user) or key)


def event_of(body: dict[str, Any]) -> Incoming:
    """An event in its envelope. Raises Malformed."""
    kind, app_id = _word(body, "type"), str(body.get("api_app_id") or "")
    if kind == "url_verification":
        return Incoming(EVENT, {"type": kind, "challenge": _word(body, "challenge")}, "", "", "")
    team = _word(body, "team_id")
    if kind != "event_callback":
        return Incoming(EVENT, body, team, "", app_id)
    _word(_object(body, "event"), "type")
    return Incoming(EVENT, body, team, "", app_id, key=_word(body, "event_id"))


def _key(body: Mapping[str, Any], team: str, user: str) -> str:
    """A form sent again (because the first answer came too late for the person to see) is the same form: the view and its
    state, whatever else differs. A form that was sent back with complaints had no effect and counts when it is mended."""
    view_id, seen = _inner(body, "view", "id"), _inner(body, "view", "hash")
    if body["type"] != "view_submission" or not view_id or not seen:
        return ""
    return _digest(f"{team}\n{user}\n{view_id}\n{seen}".encode("utf-8", "surrogatepass"))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _inner(body: Mapping[str, Any], name: str, field: str) -> str:
    """A text inside an object of the body, empty where either is missing."""
    found = body.get(name)
    return str(found.get(field) or "") if isinstance(found, dict) else ""


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
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise Malformed from error
    form = dict(pairs)
    if len(form) != len(pairs):  # a field given twice could be one person to whoever checks and another to whoever acts
        raise Malformed
    return form


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
