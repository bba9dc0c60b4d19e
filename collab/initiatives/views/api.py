"""The API of initiatives: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.initiatives import queries, service
from collab.initiatives.queries import Filter
from collab.initiatives.schemas.incoming import (
    InitiativeCloseIn,
    InitiativeGoalIn,
    InitiativeIn,
    InitiativeLeadsIn,
    InitiativeLessonIn,
    InitiativeParticipantIn,
    InitiativePatchIn,
    InitiativeQuery,
)
from collab.initiatives.schemas.outgoing import InitiativeEventOut, InitiativeGuestOut, InitiativeOut
from collab.initiatives.views.shapes import bodies, mark_of
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import blueprint, paged, repeatable, seen_version, tagged, window
from collab.web.identity import bearer

bp = blueprint("initiatives", "Joint initiatives (共同施策)")
SEEN = {"anyOf": [InitiativeOut, InitiativeGuestOut]}
"""What is shown of one: all of it, or what a guest who takes part sees."""


@bp.post("/initiatives")
@bp.arguments(InitiativeIn)
@bp.response(201, InitiativeOut)
@permit("initiative.create")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Write an idea down: the customer's problem, a lead of either side, the goals it serves. Its leads are told."""
    return shown(service.create(bearer(), body, now=clock.now()).key, 201)


@bp.get("/initiatives")
@bp.arguments(InitiativeQuery, location="query")
@bp.response(200, {"type": "array", "items": SEEN})
@permit("initiative.list")
def index(wanted: dict[str, Any]) -> Response:
    """The initiatives you may see, what runs first; `cross_silo=yes`: led by two sides as they are today."""
    caller = bearer()
    offset, size = window()
    narrowed = Filter(**{name: value for name, value in wanted.items() if value is not None})
    found, total = queries.list_initiatives(caller, narrowed, offset=offset, limit=size)
    return paged(jsonify(bodies(caller, found)), total)


@bp.get("/initiatives/<key>")
@bp.response(200, SEEN)
@permit("initiative.show")
def show(key: str) -> Response:
    """One initiative. A guest who takes part sees title, problem, stage, state, their part and the milestones. The tag begins
    with the version that `If-Match` asks for."""
    return shown(key)


@bp.patch("/initiatives/<key>")
@bp.arguments(InitiativePatchIn)
@bp.response(200, InitiativeOut)
@permit("initiative.edit")
@repeatable
def change(body: dict[str, Any], key: str) -> Response:
    """Change what is named. Another title, problem or stage voids what was signed. `If-Match` guards against somebody else's
    change."""
    return shown(service.change(bearer(), key, body, now=clock.now(), version=seen_version()).key)


@bp.put("/initiatives/<key>/leads")
@bp.arguments(InitiativeLeadsIn)
@bp.response(200, InitiativeOut)
@permit("initiative.name_leads")
@repeatable
def name_leads(body: dict[str, Any], key: str) -> Response:
    """Say who leads for the slots you name, or hand yours over; the other side's seat is theirs to fill. Voids what was
    signed."""
    return shown(service.name_leads(bearer(), key, body["leads"], now=clock.now(), version=seen_version()).key)


@bp.post("/initiatives/<key>/participants")
@bp.arguments(InitiativeParticipantIn)
@bp.response(200, InitiativeOut)
@permit("initiative.share")
@repeatable
def add_participant(body: dict[str, Any], key: str) -> Response:
    """Name somebody who takes part: a member, or a guest, who then sees the least of it. Again only changes their part."""
    more = {name: body.get(name) for name in ("department", "part")}
    return shown(service.add_participant(bearer(), key, body["member"], now=clock.now(), **more).key)


@bp.delete("/initiatives/<key>/participants/<email>")
@bp.response(200, InitiativeOut)
@permit("initiative.share")
def remove_participant(key: str, email: str) -> Response:
    """They take part no more; a guest does not see it any more."""
    return shown(service.remove_participant(bearer(), key, email, now=clock.now()).key)


@bp.post("/initiatives/<key>/goals")
@bp.arguments(InitiativeGoalIn)
@bp.response(200, InitiativeOut)
@permit("initiative.edit")
@repeatable
def link_goal(body: dict[str, Any], key: str) -> Response:
    """It serves this goal too. Voids what was signed."""
    return shown(service.link_goal(bearer(), key, body["goal"], now=clock.now(), version=seen_version()).key)


@bp.delete("/initiatives/<key>/goals/<goal>")
@bp.response(200, InitiativeOut)
@permit("initiative.edit")
def unlink_goal(key: str, goal: str) -> Response:
    """It serves this goal no more; the last one stays. Voids what was signed."""
    return shown(service.unlink_goal(bearer(), key, goal, now=clock.now(), version=seen_version()).key)


@bp.post("/initiatives/<key>/start")
@bp.response(200, InitiativeOut)
@permit("initiative.start")
@repeatable
def start(key: str) -> Response:
    """Its work begins: only under a charter both leads have signed as it stands."""
    return shown(service.start(bearer(), key, now=clock.now(), version=seen_version()).key)


@bp.post("/initiatives/<key>/close")
@bp.arguments(InitiativeCloseIn)
@bp.response(200, InitiativeOut)
@permit("initiative.close")
@repeatable
def close(body: dict[str, Any], key: str) -> Response:
    """It is over: how, what came of it, what was learnt. It stays tied to its goals."""
    return shown(service.close(bearer(), key, **body, now=clock.now(), version=seen_version()).key)


@bp.post("/initiatives/<key>/lesson")
@bp.arguments(InitiativeLessonIn)
@bp.response(200, InitiativeOut)
@permit("initiative.learn")
@repeatable
def learn(body: dict[str, Any], key: str) -> Response:
    """What was learnt from one that a vote or silence closed: once."""
    return shown(service.learn(bearer(), key, **body, now=clock.now(), version=seen_version()).key)


@bp.get("/initiatives/<key>/history")
@bp.response(200, InitiativeEventOut(many=True))
@permit("initiative.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order."""
    return jsonify([one.plain() for one in queries.list_history(bearer(), key)])


def shown(key: str, status: int = 200) -> Response:
    """The answer of every call that ends with one initiative: as it stands, as the caller may see it."""
    caller = bearer()
    (body,) = bodies(caller, [queries.get_initiative(caller, key)])
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_initiatives.show", key=key)
    return tagged(response, mark_of(body))
