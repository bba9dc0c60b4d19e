"""How what a handler returned reaches the person: each kind of message has its own ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import structlog

from collab.kernel.errors import DomainError, Invalid, Text
from collab.kernel.i18n import Reader
from collab.slack import blocks, fitting
from collab.slack.client import transport
from collab.slack.problems import SlackProblem
from collab.slack.talk import Answer, Open, Quiet, Refuse, Say, Show, Talk

log = structlog.get_logger(__name__)
Body = dict[str, Any]


def to_command(talk: Talk, answer: Answer) -> Body:
    """Answer a slash command: words in the reply itself, a modal through its trigger."""
    match answer:
        case Say():
            return whisper(answer)
        case Open(view) | Show(view):
            transport().open_view(talk.trigger_id, with_metadata(view, talk))
    return {}


def to_press(talk: Talk, answer: Answer) -> Body:
    """Answer a pressed button: words through the response url, or in the modal it stood in."""
    match answer:
        case Say() if talk.view:
            _change_view(talk, _noted(talk, answer))
        case Say() if talk.response_url:
            _respond(talk, {**whisper(answer), "replace_original": talk.whispered})
        case Say():  # on the Home tab, or by a shortcut of the whole app: there is no place to answer in
            transport().open_view(talk.trigger_id, _noted(talk, answer))
        case Open(view) if talk.view:
            transport().push_view(talk.trigger_id, with_metadata(view, talk))
        case Show(view) if talk.view:
            _change_view(talk, with_metadata(view, talk))
        case Open(view) | Show(view):
            transport().open_view(talk.trigger_id, with_metadata(view, talk))
    return {}


def _noted(talk: Talk, answer: Say) -> Body:
    """The answer as a modal; one from the Home tab remembers that it is."""
    shown = note_view(talk.reader, answer)
    return with_metadata(shown, talk) if talk.at_home else shown


def to_submission(talk: Talk, answer: Answer) -> Body:
    """Answer a submitted modal: close it and say so where it was opened, keep it open with what is wrong, or go on."""
    match answer:
        case Refuse(fields):
            return {"response_action": "errors", "errors": dict(fields)}
        case Show(view):
            return {"response_action": "update", "view": with_metadata(view, talk)}
        case Open(view):
            return {"response_action": "push", "view": with_metadata(view, talk)}
        case Say() if not _respond(talk, {**whisper(answer), "replace_original": talk.whispered}):
            return {"response_action": "update", "view": _noted(talk, answer)}
        case Say() | Quiet():
            return {"response_action": "clear"}


def refusal(error: DomainError, reader: Reader) -> Say:
    """A refusal in the reader's words, with every field's complaint."""
    details = [reader.say(text) for text in error.fields.values()] if isinstance(error, Invalid) else []
    lines = [reader.say(error.text), *(line for line in details if line != reader.say(error.text))]
    return plainly("\n".join(lines))


def refused_fields(error: DomainError, view: Mapping[str, Any], reader: Reader) -> Refuse | Say:
    """A refusal inside the open modal: under its field, else under the first one, so that nothing typed is lost."""
    inputs = [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]
    if not inputs:
        return refusal(error, reader)
    fields = error.fields if isinstance(error, Invalid) else {inputs[0]: error.text}
    said: dict[str, list[str]] = {}
    for path, text in fields.items():
        said.setdefault(path if path in inputs else inputs[0], []).append(reader.say(text))
    return Refuse({path: " ".join(lines) for path, lines in said.items()})


def under(field: str, text: str) -> Refuse:
    """Words under one field of the open modal."""
    return Refuse({field: text})


def plainly(text: str) -> Say:
    """Words of ours, shown as they are."""
    return Say(text, [blocks.section(blocks.escape(text))])


def say(reader: Reader, what: str | Text, **args: Any) -> Say:
    """One sentence of the catalogue."""
    return plainly(reader.say(what, **args))


def welcome(reader: Reader, address: str) -> Say:
    """To a stranger: how to become known, at an address of their own; without one, that this is not for them."""
    if not address:
        return say(reader, "slack.outsider")
    text = reader.say("slack.stranger")
    go = blocks.button(reader.say("slack.connect"), "slack.link", "link", url=address)
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(go)])


def whisper(answer: Say) -> Body:
    """A message only its reader sees."""
    body: Body = {"response_type": "ephemeral", "text": blocks.fallback(answer.text), "mrkdwn": False}
    return {**body, "blocks": fitting.message(answer.blocks)} if answer.blocks else body


def note_view(reader: Reader, answer: Say) -> Body:
    """A modal with nothing but an answer in it."""
    shown = fitting.view(answer.blocks) or [blocks.section(blocks.escape(answer.text))]
    return {
        "type": "modal", "callback_id": "slack.note", "title": blocks.plain(reader.say("slack.name"), blocks.TITLE),
        "close": blocks.plain(reader.say("slack.close"), blocks.TITLE), "blocks": shown,
    }  # fmt: skip


def with_metadata(view: Mapping[str, Any], talk: Talk) -> Body:
    """A view that remembers where to answer when it is submitted, beside its handler's own data."""
    data = view.get("private_metadata", {})
    kept = json.dumps(
        {"respond": talk.response_url, "whispered": talk.whispered, "data": data, **_home(talk)}, ensure_ascii=False
    )
    return {**view, "blocks": fitting.view(view["blocks"]), "private_metadata": kept}


def _home(talk: Talk) -> Body:
    return {"home": True} if talk.at_home else {}


def _change_view(talk: Talk, view: Mapping[str, Any]) -> None:
    transport().update_view(str(talk.view.get("id", "")), view, str(talk.view.get("hash", "")))


def _respond(talk: Talk, payload: Body) -> bool:
    """Say it through the response url; False when there is none or Slack does not take it any more."""
    if not talk.response_url:
        return False
    try:
        transport().respond(talk.response_url, payload)
    except SlackProblem as problem:
        log.info("slack.not_answered", error=problem.error)
        return False
    return True
