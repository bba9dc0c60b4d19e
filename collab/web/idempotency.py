"""`Idempotency-Key`: a repeated write gets the first answer again; the effect happens once.

The key's row is written in the same transaction as the effect, so a crash leaves both or neither. A refusal writes
nothing: the caller may mend the request and use the key again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, make_response, request
from sqlalchemy import Table, delete, select, update

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.text import storable
from collab.web.identity import bearer
from collab.web.models import Repeat

KEPT = timedelta(hours=24)
LONGEST = 200
_repeats: Table = Repeat.__table__  # type: ignore[assignment]
_HEADERS = ("Location", "ETag", "Content-Type")


def once(act: Callable[[], Any]) -> Response:
    """Run the view, or give again what it answered the first time.

    Raises:
        Invalid: the key is not usable, or came with another body before.
        NotNow: the first one was refused just now.
    """
    key = request.headers.get("Idempotency-Key")
    if not key:
        return make_response(act())
    if len(key) > LONGEST or not storable(key):
        raise Invalid({"Idempotency-Key": Text("field.too_long", {"n": LONGEST})})
    print_ = hashlib.sha256(f"{request.method} {request.full_path}\n".encode() + request.get_data()).hexdigest()
    member, now = bearer().id, clock.now()
    known = _find(member, key, now)
    if known is not None:
        return _again(known, print_)
    with atomic():
        db.session.execute(delete(_repeats).where(_repeats.c.at < now - KEPT))
        if not insert_once(_repeats, member_id=member, key=key, fingerprint=print_, at=now):
            return _meanwhile(_find(member, key, now), print_)
        response = make_response(act())
        kept = {
            "status": response.status_code, "answer": response.get_data(as_text=True),
            "headers": {name: response.headers[name] for name in _HEADERS if name in response.headers},
        }  # fmt: skip
        mine = (_repeats.c.member_id == member) & (_repeats.c.key == key)
        db.session.execute(update(_repeats).where(mine).values(**kept))
    return response


def _find(member: int, key: str, now: datetime) -> Any:
    mine = (_repeats.c.member_id == member) & (_repeats.c.key == key) & (_repeats.c.at >= now - KEPT)
    return db.session.execute(select(_repeats).where(mine)).one_or_none()


def _meanwhile(known: Any, print_: str) -> Response:
    """The first one still ran when we looked: its caller went away, or the database did while it was saving."""
    if known is None:
        raise NotNow("conflict")
    return _again(known, print_)


def _again(known: Any, print_: str) -> Response:
    if known.fingerprint != print_:
        raise Invalid({"Idempotency-Key": Text("error.key_reused")}, "key_reused")
    response: Response = current_app.response_class(known.answer or "", status=known.status or 500)
    response.headers.update(known.headers or {})
    return response
