"""The API of one's own access: browsers signed in, tokens."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.access.messages import keys as messages
from collab.access.queries import keys as queries
from collab.access.schemas.keys import SessionOut, TokenIn, TokenOut
from collab.access.service import sessions, tokens
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web import limits
from collab.web.api import blueprint
from collab.web.identity import bearer

bp = blueprint("access", "One's own access")
Nothing = tuple[str, int]


@bp.get("/me/sessions")
@bp.response(200, SessionOut(many=True))
@permit("access.own")
def list_sessions() -> Response:
    """The browsers in which you are signed in, the latest used first."""
    return jsonify([messages.session(row) for row in queries.list_sessions(bearer().id, clock.now())])


@bp.delete("/me/sessions")
@bp.response(204)
@permit("access.own")
def end_sessions() -> Nothing:
    """Sign out everywhere at once. A browser that is signed in must sign in again."""
    sessions.end_sessions(bearer(), now=clock.now())
    return "", 204


@bp.delete("/me/sessions/<session_id>")
@bp.response(204)
@permit("access.own")
def end_session(session_id: str) -> Nothing:
    """Sign out one browser."""
    sessions.revoke_session(bearer(), session_id, now=clock.now())
    return "", 204


@bp.get("/me/tokens")
@bp.response(200, TokenOut(many=True))
@permit("access.own")
def list_tokens() -> Response:
    """Your tokens, the newest first; secrets are not shown again."""
    return jsonify([messages.token(row) for row in queries.list_tokens(bearer().id, clock.now())])


@bp.post("/me/tokens")
@bp.arguments(TokenIn)
@bp.response(201, TokenOut)
@permit("access.own")
def create_token(body: dict[str, Any]) -> tuple[Response, int]:
    """A new token, given this once; we keep only its fingerprint, so this write is never repeated from memory."""
    caller, now = bearer(), clock.now()
    limits.spend("token", caller.id)
    secret = tokens.make_own_token(
        caller, label=body["label"], days=body.get("days"), scope=body.get("scope"), limited_to=body.get("limited_to", ()),
        now=now,
    )  # fmt: skip
    newest = queries.list_tokens(caller.id, now)[0]
    response = jsonify({**messages.token(newest), "token": secret})
    response.headers["Cache-Control"] = "no-store"
    return response, 201


@bp.delete("/me/tokens/<int:token_id>")
@bp.response(204)
@permit("access.own")
def revoke_token(token_id: int) -> Nothing:
    """End a token."""
    tokens.revoke_token(bearer(), token_id, now=clock.now())
    return "", 204
