"""Block Kit bricks: with `wording` and `fitting` the only place that knows Slack's limits and its ways with user text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from collab.slack.wording import cut, cut_markup, escaped, isolated, one_line, tamed

SECTION, FIELD, HEADER, BUTTON, OPTION, MOST_FIELDS = 3000, 2000, 150, 75, 75, 10
TITLE, FALLBACK, INPUT, MOST_OPTIONS, LABEL, HINT, DIALOG = 24, 3000, 3000, 100, 2000, 2000, 300
VALUE, ID, MOST_ACTIONS, MOST_TICKS = 2000, 255, 25, 10

Block = dict[str, Any]


def escape(text: str) -> str:
    """User text for mrkdwn: shown as it was written, and nothing is ever built from it."""
    return tamed(isolated(text))


def fallback(text: str) -> str:
    """Words for notifications and for where no blocks are shown. They are sent without formatting: see the client."""
    return cut_markup(escaped(isolated(text)), FALLBACK)


def link(address: str, label: str) -> str:
    """A link in mrkdwn; neither part can end it early."""
    return f"<{escaped(address)}|{escape(one_line(label)).replace('|', '¦')}>"


def bold(text: str) -> str:
    """User text in bold."""
    return f"*{escape(one_line(text)).replace('*', '∗')}*"


def plain(text: str, longest: int = SECTION) -> Block:
    """A plain text object: nothing in it is interpreted."""
    return {"type": "plain_text", "text": cut(isolated(text), longest) or " ", "emoji": False}


def mrkdwn(text: str, longest: int = SECTION) -> Block:
    """A formatted text object; user text in it must have gone through `escape`.

    `verbatim`: Slack makes no links of addresses, nor mentions of names, that stand in it without being marked so.
    """
    return {"type": "mrkdwn", "text": cut_markup(text, longest) or " ", "verbatim": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(one_line(text), HEADER)}


def section(
    text: str, *, fields: Sequence[str] = (), block_id: str | None = None, accessory: Block | None = None
) -> Block:
    """A paragraph of mrkdwn, with fields in two columns and perhaps a button at its side."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if fields:
        block["fields"] = [mrkdwn(field, FIELD) for field in fields[:MOST_FIELDS]]
    if accessory:
        block["accessory"] = accessory
    return {**block, "block_id": block_id} if block_id else block


def facts(pairs: Sequence[tuple[str, str]]) -> Block:
    """Facts in two columns, each under its label."""
    shown = [mrkdwn(f"{bold(label)}\n{escape(value)}", FIELD) for label, value in pairs[:MOST_FIELDS]]
    return {"type": "section", "fields": shown}


def quotation(text: str, longest: int) -> Block:
    """User text of any length as a quotation, in rich text: every sign of it stays as it is."""
    said = {"type": "text", "text": cut(isolated(text), min(longest, SECTION)) or " "}
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [said]}]}


def context(text: str) -> Block:
    """A small line."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def button(
    label: str,
    action: str,
    value: str,
    *,
    style: str | None = None,
    url: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button; `value` comes back in the click."""
    made: Block = {"type": "button", "text": plain(one_line(label), BUTTON), "action_id": action, "value": value}
    more = {"style": style, "url": url, "confirm": confirm}
    return {**made, **{name: given for name, given in more.items() if given}}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """The question Slack asks before a press counts: a second tap."""
    return {
        "title": plain(title, 100), "text": plain(text, DIALOG), "confirm": plain(yes, 30), "deny": plain(no, 30),
    }  # fmt: skip


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """A row of buttons."""
    row: Block = {"type": "actions", "elements": list(elements)}
    return {**row, "block_id": block_id} if block_id else row


def option(value: str, label: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(one_line(label), OPTION), "value": value}


def text_input(action: str, *, value: str = "", longest: int = INPUT, lines: bool = False, hint: str = "") -> Block:
    """A field to write in."""
    made: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": lines,
        "max_length": min(longest, INPUT),
    }
    if value:
        made["initial_value"] = cut(value, min(longest, INPUT))
    return {**made, "placeholder": plain(hint, 150)} if hint else made


def menu(action: str, choices: Sequence[tuple[str, str]], *, chosen: str = "", hint: str = "") -> Block:
    """A menu of at most a hundred (value, label) choices."""
    options = [option(value, label) for value, label in choices[:MOST_OPTIONS]]
    made: Block = {"type": "static_select", "action_id": action, "options": options}
    initial = [one for one in options if one["value"] == chosen]
    if initial:
        made["initial_option"] = initial[0]
    return {**made, "placeholder": plain(hint, 150)} if hint else made


def tick(action: str, value: str, label: str, *, on: bool = False) -> Block:
    """One box to tick."""
    options = [option(value, label)]
    made: Block = {"type": "checkboxes", "action_id": action, "options": options}
    return {**made, "initial_options": options} if on else made


def ticks(action: str, choices: Sequence[tuple[str, str]], *, chosen: Collection[str] = ()) -> Block:
    """Up to ten boxes to tick, (value, label) each."""
    options = [option(value, label) for value, label in choices[:MOST_TICKS]]
    made: Block = {"type": "checkboxes", "action_id": action, "options": options}
    initial = [one for one in options if one["value"] in chosen]
    return {**made, "initial_options": initial} if initial else made


def radios(action: str, choices: Sequence[tuple[str, str]], *, chosen: str = "") -> Block:
    """One of up to ten (value, label) choices, all in sight."""
    options = [option(value, label) for value, label in choices[:MOST_TICKS]]
    made: Block = {"type": "radio_buttons", "action_id": action, "options": options}
    initial = [one for one in options if one["value"] == chosen]
    return {**made, "initial_option": initial[0]} if initial else made


def day_picker(action: str, *, value: str = "") -> Block:
    """A day to choose."""
    made: Block = {"type": "datepicker", "action_id": action}
    return {**made, "initial_date": value} if value else made


def entry(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "", reacts: bool = False
) -> Block:
    """A field of a modal: its block id is what `Refuse` names."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint, HINT)
    return {**made, "dispatch_action": True} if reacts else made


def modal(
    callback: str,
    title: str,
    shown: Sequence[Block],
    *,
    close: str,
    submit: str = "",
    data: Mapping[str, Any] | None = None,
) -> Block:
    """A modal; `data` comes back to the handler of its submission."""
    view: Block = {
        "type": "modal", "callback_id": callback, "title": plain(title, TITLE), "close": plain(close, TITLE),
        "blocks": list(shown), "private_metadata": dict(data or {}),
    }  # fmt: skip
    return {**view, "submit": plain(submit, TITLE)} if submit else view


def person(action: str, *, chosen: str = "") -> Block:
    """Somebody of the workspace, by account."""
    made: Block = {"type": "users_select", "action_id": action}
    return {**made, "initial_user": chosen} if chosen else made
