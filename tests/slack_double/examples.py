"""Small pieces of Block Kit for the double's own tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(label: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(label), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "v", label: str = "x") -> Json:
    return {"text": plain(label), "value": value}


def menu(count: int = 1, kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "options": [option(f"v{number}", f"label {number}") for number in range(count)], **more}


def entry(kind: str = "plain_text_input", label: str = "Title", **element: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": {"type": kind, **element}}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Ask"), "submit": plain("Send"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}
