"""One's own access: browsers signed in, accounts at providers, tokens."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from collab.access.messages import keys as messages
from collab.access.queries import keys as queries
from collab.access.queries.identities import list_identities
from collab.access.rules.keys import LIVES, LIVES_UNLESS_SAID
from collab.access.schemas.keys import TokenIn
from collab.access.service import sessions, tokens
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.people.queries import fingerprint
from collab.web import limits
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("my_access", __name__, template_folder="../templates", url_prefix="/me/access")


@bp.get("")
@permit("access.own")
def show() -> Response:
    """Everything that opens the door in one's own name."""
    return _page(current_member())


@bp.post("/sessions/end")
@permit("access.own")
def end_session() -> AnyResponse:
    """Sign out one browser, or all others."""
    me, wanted = current_member(), request.form.get("id", "")
    if wanted:
        sessions.revoke_session(me, wanted, now=clock.now())
    else:
        sessions.end_sessions(me, now=clock.now(), but=current_user.id)
    return _back("access.page.session_ended")


@bp.post("/tokens")
@permit("access.own")
def create_token() -> AnyResponse:
    """Make a token and show it, this once."""
    me, now = current_member(), clock.now()
    require_recent_proof(now)
    typed = {name: request.form.get(name, "") for name in ("label", "days", "scope", "limited_to")}
    try:
        made = load(TokenIn(), {**typed, "scope": _scope(typed["scope"]), "limited_to": _keys(typed["limited_to"])})
        limits.spend("token", me.id)
        secret = tokens.make_own_token(me, **made, now=now)
    except Invalid as refusal:
        errors = {path.partition(".")[0]: reader().say(text) for path, text in refusal.fields.items()}
        return _page(me, status=refusal.status, errors=errors, typed=typed)
    return _page(me, secret=secret)


@bp.post("/tokens/<int:token_id>/revoke")
@permit("access.own")
def revoke_token(token_id: int) -> AnyResponse:
    """End a token."""
    tokens.revoke_token(current_member(), token_id, now=clock.now())
    return _back("access.page.token_revoked")


def _scope(typed: str) -> str | None:
    return None if typed in {"", "all"} else typed


def _keys(typed: str) -> list[str]:
    """Keys as people write them: parted by commas or blanks, in either width."""
    return [key.upper() for key in re.split(r"[\s,、，]+", typed) if key]


def _back(word: str) -> AnyResponse:
    flash(reader().say(word), "success")
    return redirect("/me/access", 303)


def _page(me: Actor, *, status: int = 200, secret: str = "", **more: Any) -> Response:
    """The page; one that shows a secret is kept by nobody."""
    now, here = clock.now(), fingerprint(current_user.id)
    rows = queries.list_sessions(me.id, now)
    shown = [{**messages.session(row, here), "since": row.created_at, "seen": row.seen_at} for row in rows]
    response = make_response(
        render_template(
            "access/mine.html", **{"errors": {}, "typed": {}, **more}, secret=secret, sessions=shown,
            tokens=queries.list_tokens(me.id, now), identities=list_identities(me.id), lives=LIVES, usual=LIVES_UNLESS_SAID,
        ),
        status,
    )  # fmt: skip
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response
