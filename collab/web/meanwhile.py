"""What others did to the thing a form is about since its page was read: who, what, when, what it was before and is now.

A page that answers a form which was not taken shows it, whatever feature it belongs to. The moment the form's page was read is
in its token against forgery, which is signed with the time; what happened is told by a feature above (`know_deeds`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from collab.kernel.actor import Actor
from collab.web.drafts import TAKES_ALL
from collab.web.identity import is_api, member_or_none


@dataclass(frozen=True)
class Deed:
    """One thing somebody did, in the reader's words; `changes` are label, before, after."""

    who: str
    what: str
    when: str
    at: datetime
    changes: Sequence[tuple[str, str, str]] = ()


Source = Callable[[Actor, str, Mapping[str, Any], datetime], Sequence[Deed]]
_sources: dict[str, Source] = {}


def know_deeds(source: Source) -> None:
    """Let a feature above say what others did: `source(member, rule, args, since)`, of the address a form was sent to."""
    _sources["deeds"] = source


def opened_at() -> datetime | None:
    """When the page was read whose form is being answered, to the second; None where its token does not say."""
    secret: Any = current_app.config.get("WTF_CSRF_SECRET_KEY") or current_app.secret_key
    try:
        token = request.form.get("csrf_token", "")
        read = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(token, return_timestamp=True)
    except (BadData, HTTPException):
        return None
    return read[1].astimezone(UTC)


def list_deeds() -> Sequence[Deed]:
    """What a page that answers a form says of others; nothing on any other page, or while the database is away."""
    asked = request.method == "POST" and not is_api() and request.endpoint not in TAKES_ALL and request.url_rule
    if not asked or "deeds" not in _sources:
        return ()
    try:
        member, since = member_or_none(), opened_at()
        if member is None or since is None:
            return ()
        return _sources["deeds"](member, str(request.url_rule), request.view_args or {}, since)
    except SQLAlchemyError:
        return ()


def install(app: Flask) -> None:
    """Let every page ask."""
    app.jinja_env.globals.update(meanwhile=list_deeds)
