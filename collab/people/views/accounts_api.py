"""The API of Slack accounts: who has none, which are nobody's, and what an administrator does about it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.schemas.accounts import AccountIn, LinkIn, StrangerOut, UnlinkedOut
from collab.slack import lookup
from collab.web.api import blueprint, paged, repeatable, window
from collab.web.identity import bearer

bp = blueprint("accounts", "Slack accounts: whose they are, and which are nobody's")
Nothing = tuple[str, int]


@bp.get("/slack/unlinked")
@bp.response(200, UnlinkedOut(many=True))
@permit("access.unlinked")
def unlinked() -> Response:
    """Active members without a Slack account, by address: when we last looked for one, and why none was found."""
    permits.check("access.unlinked", bearer().roles)
    offset, size = window()
    rows = queries.list_unlinked(lookup.our_team())
    return paged(jsonify([messages.unlinked(row) for row in rows[offset : offset + size]]), len(rows))


@bp.get("/slack/strangers")
@bp.response(200, StrangerOut(many=True))
@permit("access.unlinked")
def strangers() -> Response:
    """Slack accounts that tried to use Collab and are no member's, whoever tried last first."""
    permits.check("access.unlinked", bearer().roles)
    offset, size = window()
    rows = queries.list_strangers()
    return paged(jsonify([messages.stranger(row) for row in rows[offset : offset + size]]), len(rows))


@bp.post("/slack/strangers/dismiss")
@bp.arguments(AccountIn)
@bp.response(204)
@bp.alt_response(404, response="NOT_FOUND")
@permit("access.connect")
@repeatable
def dismiss(body: dict[str, Any]) -> Nothing:
    """This account is known to be nobody's: take it off the list."""
    service.dismiss(bearer(), body["team"], body["user"], now=clock.now())
    return "", 204


@bp.post("/slack/links")
@bp.arguments(LinkIn)
@bp.response(201, LinkIn)
@permit("access.connect")
@repeatable
def connect(body: dict[str, Any]) -> tuple[Response, int]:
    """Tie an account to a member by hand."""
    caller = bearer()
    permits.check("access.connect", caller.roles)
    account = lookup.fetch(body["team"], body["user"])
    service.connect(caller, body["member"], account, body["team"], now=clock.now())
    return jsonify({"member": body["member"].strip().lower(), "team": body["team"], "user": body["user"]}), 201


@bp.delete("/slack/links/<email>")
@bp.response(204)
@permit("access.connect")
def disconnect(email: str) -> Nothing:
    """Let a member's Slack account go."""
    caller = bearer()
    permits.check("access.connect", caller.roles)
    service.unlink(caller, email, now=clock.now())
    return "", 204


@bp.delete("/me/slack")
@bp.response(204)
@bp.alt_response(404, response="NOT_FOUND")
@permit("access.own")
def disconnect_mine() -> Nothing:
    """Let your own Slack account go."""
    service.unlink(bearer(), bearer().email, now=clock.now())
    return "", 204
