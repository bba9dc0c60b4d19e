"""The API of invitations."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.access.queries import invitations as queries
from collab.access.queries.invitations import InvitationView
from collab.access.schemas.invitations import InvitationIn, InvitationOut, InvitationQuery
from collab.access.service import inviting, letters
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web import limits
from collab.web.api import blueprint, paged, window
from collab.web.identity import bearer

bp = blueprint("invitations", "Invitations of guests (ゲストの招待)")


@bp.post("/invitations")
@bp.arguments(InvitationIn)
@bp.response(201, InvitationOut)
@permit("invitation.send")
def create(body: dict[str, Any]) -> Response:
    """Invite a guest. With a mail server they get a letter; without one `link` is to be passed on, and is given this once: we keep
    only its fingerprint, so this write is never repeated from memory."""
    caller, now = bearer(), clock.now()
    limits.spend("invitation", caller.id)
    sent = inviting.invite(caller, body, now=now)
    link = letters.send(caller, sent, now=now)
    made = queries.get_invitation(caller, sent.id, now)
    response = jsonify(_out(made, _addresses([made]), link=link or None))
    response.status_code = 201
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/invitations")
@bp.arguments(InvitationQuery, location="query")
@bp.response(200, InvitationOut(many=True))
@permit("invitation.list")
def index(wanted: dict[str, Any]) -> Response:
    """Invitations, the newest first: your own; all of them for administrators and auditors."""
    caller = _may("invitation.list")
    offset, size = window()
    found, total = queries.list_invitations(caller, clock.now(), state=wanted.get("state"), offset=offset, limit=size)
    emails = _addresses(found)
    return paged(jsonify([_out(one, emails) for one in found]), total)


@bp.delete("/invitations/<int:number>")
@bp.response(204)
@permit("invitation.revoke")
def revoke(number: int) -> tuple[str, int]:
    """Take an invitation back; its link opens nothing any more."""
    inviting.revoke(bearer(), number, now=clock.now())
    return "", 204


def _may(verb: str) -> Actor:
    caller = bearer()
    permits.check(verb, queries.standing(caller))
    return caller


def _addresses(found: list[InvitationView]) -> dict[int, str]:
    return people.emails_of(one.inviter for one in found)


def _out(one: InvitationView, emails: dict[int, str], *, link: str | None = None) -> dict[str, Any]:
    return {
        "id": one.id, "state": one.state, "email": one.email, "name": one.name, "partner": one.partner, "locale": one.locale,
        "until_on": one.until_on.isoformat(), "keys": list(one.keys), "invited_by": emails[one.inviter],
        "made_at": one.made_at.isoformat(), "expires_at": one.expires_at.isoformat(),
        "mailed_at": one.mailed_at.isoformat() if one.mailed_at else None, "link": link,
    }  # fmt: skip
