"""The API of changes of controls: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.controls import queries, service
from collab.controls.schemas import ChangeConfirmIn, ChangeIn, ChangeQuery, ControlChangeOut, ControlDeclineIn
from collab.controls.views.shapes import details, line, people_known
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer, reader

bp = blueprint("changes", "Changes of controls: proposed by one person, confirmed by another")


@bp.get("/changes")
@bp.arguments(ChangeQuery, location="query")
@bp.response(200, ControlChangeOut(many=True))
@permit("control.list")
def index(wanted: dict[str, Any]) -> Response:
    """Changes, those that wait first, then the newest."""
    offset, size = window()
    found, total = queries.list_changes(bearer(), running=wanted.get("waiting"), offset=offset, limit=size)
    known, how = people_known(clock.now()), reader()
    return paged(jsonify([line(row, known, how) for row in found]), total)


@bp.post("/changes")
@bp.arguments(ChangeIn)
@bp.response(201, ControlChangeOut)
@bp.alt_response(404, response="NOT_FOUND")
@permit("control.propose")
@repeatable
def propose(body: dict[str, Any]) -> Response:
    """Propose a change; nothing changes before a second person has confirmed it."""
    made = service.propose(
        bearer(), body["control"], body["fields_"], reason=body["reason"], from_on=body.get("from_on"), now=clock.now()
    )
    return _one(made.key, 201)


@bp.get("/changes/<key>")
@bp.response(200, ControlChangeOut)
@permit("control.show")
def show(key: str) -> Response:
    """One change: what it was and becomes, whom it touches, who may confirm it."""
    return _one(key, 200)


@bp.post("/changes/<key>/confirm")
@bp.arguments(ChangeConfirmIn)
@bp.response(200, ControlChangeOut)
@permit("control.confirm")
@repeatable
def confirm(body: dict[str, Any], key: str) -> Response:
    """Say yes as the second person. What moved meanwhile is 409, with what it was and is."""
    return _one(service.confirm(bearer(), key, seen_version=body["seen_version"], now=clock.now()).key, 200)


@bp.post("/changes/<key>/decline")
@bp.arguments(ControlDeclineIn)
@bp.response(200, ControlChangeOut)
@permit("control.decline")
@repeatable
def decline(body: dict[str, Any], key: str) -> Response:
    """Turn it down, with the reason."""
    return _one(service.decline(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/changes/<key>/withdraw")
@bp.response(200, ControlChangeOut)
@permit("control.withdraw")
@repeatable
def withdraw(key: str) -> Response:
    """Take back what you proposed."""
    return _one(service.withdraw(bearer(), key, now=clock.now()).key, 200)


def _one(key: str, status: int) -> Response:
    caller, now = bearer(), clock.now()
    change = queries.get_change(caller, key)
    response = jsonify(details(change, caller, reader(), now))
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_changes.show", key=key)
    return tagged(response, f"{change.version}.{caller.id}.{now:%Y%m%d}")
