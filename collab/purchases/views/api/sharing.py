"""Showing a draft over the API, and the versions of a request."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.purchases import queries, service
from collab.purchases.queries import Version
from collab.purchases.rules import value_at
from collab.purchases.schemas.sharing import AskedOut, RoundOut, SharedOut, ShareIn
from collab.purchases.views.api.base import bp
from collab.web.api import repeatable
from collab.web.identity import bearer


@bp.post("/purchases/<key>/share")
@bp.arguments(ShareIn)
@bp.response(200, SharedOut(many=True))
@permit("purchase.share")
@repeatable
def share(body: dict[str, Any], key: str) -> Response:
    """Show a draft to people before it is submitted (事前共有): they read and comment, and decide nothing by it."""
    service.share(bearer(), key, body["members"], body.get("note"), now=clock.now())
    return shares(key)


@bp.get("/purchases/<key>/shares")
@bp.response(200, SharedOut(many=True))
@permit("purchase.history")
def shares(key: str) -> Response:
    """Everybody a request was shown to as a draft, in order."""
    caller = bearer()
    purchase = queries.get_purchase(caller, key)
    permits.check("purchase.history", queries.relations(caller, purchase), purchase.state)
    found = queries.list_shared(purchase)
    return jsonify(
        [{"member": row.member.email, "by": row.by.email, "at": row.at.isoformat(), "note": row.note} for row in found]
    )


@bp.get("/purchases/<key>/rounds")
@bp.response(200, RoundOut(many=True))
@permit("purchase.history")
def rounds(key: str) -> Response:
    """Every submission as a version: its content, what changed since the one before, and whether that was material."""
    return jsonify([_version(version) for version in queries.list_versions(bearer(), key)])


@bp.get("/purchases/<key>/rounds/<int:number>")
@bp.response(200, RoundOut)
@permit("purchase.history")
def round_(key: str, number: int) -> Response:
    """One submission."""
    return jsonify(_version(queries.get_version(bearer(), key, number)))


@bp.post("/purchases/<key>/ask_to_return")
@bp.response(200, AskedOut)
@permit("purchase.withdraw")
@repeatable
def ask_to_return(key: str) -> Response:
    """Ask whoever must decide now to send it back, in a comment that names them: for a request somebody decided on already,
    which its requester can no longer take back."""
    asked = service.ask_to_return(bearer(), key, now=clock.now())
    return jsonify({"asked": [member.email for member in asked]})


def _version(version: Version) -> dict[str, Any]:
    before = version.before or {}
    return {
        "round": version.round, "state": version.state, "submitted_at": version.submitted_at.isoformat(),
        "ended_at": version.ended_at.isoformat() if version.ended_at else None, "content": version.content,
        "changed": [
            {"field": field, "before": value_at(before, field), "after": value_at(version.content, field)}
            for field in version.changed
        ],
        "material": version.material,
    }  # fmt: skip
