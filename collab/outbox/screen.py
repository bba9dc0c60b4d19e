"""A person's Slack screen, played on the preview: what they press and write becomes the payload Slack would send, and
goes through the same handlers, in process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.slack import reading
from collab.slack.console import listening
from collab.slack.dispatch import SLASH, dispatch
from collab.slack.reading import Incoming
from collab.slack.registry import edges
from collab.slack.screens import HOME, HomeTab

TEAM = "console"
Block = Mapping[str, Any]


@dataclass(frozen=True)
class Screen:
    """What the person sees after an act: words only for them, and the modal that is open, with its complaints."""

    said: Mapping[str, Any] | None = None
    view: Mapping[str, Any] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    entered: Mapping[str, Any] = field(default_factory=dict)


def home_of(email: str, now: datetime) -> Mapping[str, Any] | None:
    """The Home tab somebody would see at a moment."""
    render = edges.screens.get(HOME)
    tab = render({"team": TEAM, "user": email}, now) if render else None
    return tab.view if isinstance(tab, HomeTab) else None


def type_line(email: str, text: str, channel: tuple[str, str] | None = None) -> Screen:
    """Type `/collab text`, in a channel (its id and name) or in the direct message with the app."""
    place, name = channel or (TEAM, "directmessage")
    body = {
        "team_id": TEAM, "user_id": email, "command": SLASH, "text": text, "trigger_id": "preview",
        "response_url": "preview", "channel_id": place, "channel_name": name,
    }  # fmt: skip
    return _act(Incoming(reading.COMMAND, body, TEAM, email, ""))


def press(email: str, surface: Mapping[str, Any], which: str, entered: Mapping[str, Any]) -> Screen:
    """Press a button (or set a menu) of a message or of the open modal; `which` is `block number|action id`."""
    block, element = find(surface["blocks"], which)
    view = _view(surface, entered) if surface.get("type") in ("modal", "home") else None
    value = _state(element, entered.get(element["action_id"], entered.get(block.get("block_id", ""))))
    action = {**element, **value, "block_id": block.get("block_id", which)}
    where = (
        {"view": view}
        if view
        else {"response_url": "preview", "container": {"is_ephemeral": surface.get("whispered", False)}}
    )
    return _act(_interaction(email, "block_actions", actions=[action], **where), surface, entered)


def submit(email: str, surface: Mapping[str, Any], entered: Mapping[str, Any]) -> Screen:
    """Send the open modal."""
    return _act(_interaction(email, "view_submission", view=_view(surface, entered)), surface, entered)


def find(blocks: list[Block], which: str) -> tuple[Block, Block]:
    """The element a press names. Raises KeyError when there is no such one."""
    number, _, action = which.partition("|")
    block = dict(enumerate(blocks))[int(number)]
    return block, {element["action_id"]: element for element in elements(block)}[action]


def elements(block: Block) -> Iterator[Block]:
    """Everything in a block that can be operated."""
    yield from (block[place] for place in ("accessory", "element") if place in block)
    if block["type"] == "actions":
        yield from block["elements"]


def _interaction(email: str, kind: str, **fields: Any) -> Incoming:
    body = {"type": kind, "team": {"id": TEAM}, "user": {"id": email}, "trigger_id": "preview", **fields}
    return Incoming(reading.INTERACTION, body, TEAM, email, "")


def _view(surface: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        block["block_id"]: {block["element"]["action_id"]: _state(block["element"], entered.get(block["block_id"]))}
        for block in surface["blocks"]
        if block["type"] == "input"
    }
    return {**surface, "id": "preview", "state": {"values": values}}


def _state(element: Block, value: Any) -> dict[str, Any]:
    """What Slack says an element holds."""
    offered = {option["value"]: option for option in element.get("options", [])}
    match element["type"]:
        case "static_select":
            return {"selected_option": offered.get(str(value))}
        case "checkboxes":
            return {"selected_options": [offered[one] for one in value or [] if one in offered]}
        case "datepicker":
            return {"selected_date": value or None}
        case "users_select":
            return {"selected_user": value or None}
        case "plain_text_input":
            return {"value": value or None}
    return {}


def _act(
    incoming: Incoming, surface: Mapping[str, Any] | None = None, entered: Mapping[str, Any] | None = None
) -> Screen:
    with listening() as heard:
        body = dispatch(incoming)
    said = [what for kind, _where, what in heard if kind == "said"]
    views = [what for kind, _where, what in heard if kind == "view"]
    if body.get("response_action") == "errors":
        return Screen(None, surface, body["errors"], entered or {})
    if "view" in body:
        views.append(body["view"])
    if "text" in body:
        said.append(body)
    return Screen(said[-1] if said else None, views[-1] if views else None)
