"""What tells one form from another, wherever it stands: what it sends to which address, and what it asks first.

    key_of(app, "post", "/tasks/T-7/accept", path, [Field("due", "date")])   # "POST /tasks/<key>/accept (due)"

The same form on other pages, or about other things, has the same key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.parts.forms import Form

TELLING = ("verb", "opinion", "choice")
"""Hidden fields whose value makes another form of one and the same address."""
SILENT = ("hidden", "submit", "button", "image", "reset")


class Field(NamedTuple):
    """One field of a form: its name, its type (a select's or textarea's is its tag), its value."""

    name: str
    kind: str
    value: str = ""


def key_of(app: Flask, method: str, action: str, page: str, fields: Iterable[Field]) -> str:
    """Of a form of the page at this address."""
    fields = [one for one in fields if one.name]
    told = [f"{one.name}={one.value}" for one in fields if one.kind == "hidden" and one.name in TELLING]
    first = next((re.sub(r"\d+", "1", one.name) for one in fields if one.kind not in SILENT), "")
    place = rule_of(app, method, urlsplit(action).path or page)
    return " ".join([method.upper(), place, *told, *([f"({first})"] if first else [])])


def key_of_form(app: Flask, form: Form, page: str) -> str:
    """The same of a form as the server sent it."""
    fields = [Field(one.name, one.kind, one.attributes.get("value", "")) for one in form.controls]
    return key_of(app, form.method, form.action(page), page, fields)


def rule_of(app: Flask, method: str, path: str) -> str:
    """The address as the application's map has it: "/tasks/<key>"."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method=method.upper(), return_rule=True)
    except HTTPException:
        return path
    return str(rule.rule)
