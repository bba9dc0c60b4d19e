"""The API of what an initiative is steered by: its pilot and votes, milestones, log, constraints, health."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.initiatives import queries, service
from collab.initiatives.queries import InitiativeView
from collab.initiatives.schemas.steering import (
    ConstraintIn,
    ConstraintOut,
    HealthIn,
    HealthOut,
    LogIn,
    LogOut,
    MilestoneIn,
    MilestoneOut,
    MilestonePatchIn,
    PilotIn,
    PilotOut,
    SteeringNoteIn,
    VoteIn,
)
from collab.initiatives.views import steering
from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.api import blueprint, repeatable, seen_version
from collab.web.identity import bearer

bp = blueprint("initiative_steering", "Joint initiatives (共同施策): pilots, milestones, risks, constraints, health")


@bp.get("/initiatives/<key>/pilot")
@bp.response(200, PilotOut)
@permit("initiative.show_work")
def show_pilot(key: str) -> Response:
    """Its pilot: what it may cost and has taken so far, until when, what both sides said. 404 if there never was one."""
    found = steering.pilot(bearer(), _seen(key))
    if found is None:
        raise NotFound
    return jsonify(found)


@bp.post("/initiatives/<key>/pilot")
@bp.arguments(PilotIn)
@bp.response(201, PilotOut)
@permit("initiative.pilot")
@repeatable
def begin_pilot(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Begin the pilot, under a charter both leads have signed as it stands. It ends at the closing of its last day; whoever has
    said nothing by then has said stop."""
    view = service.pilot(bearer(), key, body, now=clock.now(), version=seen_version())
    return jsonify(steering.pilot(bearer(), view)), 201


@bp.post("/initiatives/<key>/vote")
@bp.arguments(VoteIn)
@bp.response(200, PilotOut)
@permit("initiative.vote")
@repeatable
def vote(body: dict[str, Any], key: str) -> Response:
    """Say scale or stop for your side, in person; it may change until the pilot ends. Both `scale`: it is scaled at once. Both
    spoke and one said `stop`: it is closed."""
    view = service.vote(
        bearer(), key, body["choice"], reason=body.get("reason"), seen_pilot=body.get("pilot"), now=clock.now()
    )
    return jsonify(steering.pilot(bearer(), view))


@bp.get("/initiatives/<key>/milestones")
@bp.response(200, MilestoneOut(many=True))
@permit("initiative.show")
def milestones(key: str) -> Response:
    """What is open by its day first, then what has ended. A guest reads titles, days and states."""
    caller = bearer()
    return jsonify(steering.milestones(caller, queries.get_initiative(caller, key), people.today(clock.now())))


@bp.post("/initiatives/<key>/milestones")
@bp.arguments(MilestoneIn)
@bp.response(201, MilestoneOut)
@permit("initiative.milestone")
@repeatable
def add_milestone(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Set one, with an owner from either side."""
    return _milestone(service.add_milestone(bearer(), key, body, now=clock.now())), 201


@bp.patch("/initiatives/<key>/milestones/<int:number>")
@bp.arguments(MilestonePatchIn)
@bp.response(200, MilestoneOut)
@permit("initiative.milestone")
@repeatable
def change_milestone(body: dict[str, Any], key: str, number: int) -> Response:
    """Another title, day or owner of an open one."""
    return _milestone(service.change_milestone(bearer(), key, number, body, now=clock.now()))


@bp.post("/initiatives/<key>/milestones/<int:number>/reach")
@bp.arguments(SteeringNoteIn)
@bp.response(200, MilestoneOut)
@permit("initiative.milestone_end")
@repeatable
def reach_milestone(body: dict[str, Any], key: str, number: int) -> Response:
    """It is reached: said by one of its owners or a lead."""
    return _milestone(service.reach_milestone(bearer(), key, number, note=body.get("note"), now=clock.now()))


@bp.post("/initiatives/<key>/milestones/<int:number>/drop")
@bp.arguments(SteeringNoteIn)
@bp.response(200, MilestoneOut)
@permit("initiative.milestone_end")
@repeatable
def drop_milestone(body: dict[str, Any], key: str, number: int) -> Response:
    """It is given up, with a reason in `note`."""
    return _milestone(service.drop_milestone(bearer(), key, number, note=body.get("note"), now=clock.now()))


@bp.get("/initiatives/<key>/log")
@bp.response(200, LogOut(many=True))
@permit("initiative.show_work")
def log(key: str) -> Response:
    """Open risks first, the heaviest on top; then everything else, the newest first."""
    return jsonify(steering.log(_seen(key)))


@bp.post("/initiatives/<key>/log")
@bp.arguments(LogIn)
@bp.response(201, LogOut)
@permit("initiative.log")
@repeatable
def add_entry(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Write down a risk, a decision or a release."""
    return jsonify(steering.entry(service.add_entry(bearer(), key, body, now=clock.now()))), 201


@bp.post("/initiatives/<key>/log/<int:number>/close")
@bp.arguments(SteeringNoteIn)
@bp.response(200, LogOut)
@permit("initiative.log_close")
@repeatable
def close_risk(body: dict[str, Any], key: str, number: int) -> Response:
    """A risk is over; `note` says how. By its owner or a lead."""
    found = service.close_risk(bearer(), key, number, note=body.get("note"), now=clock.now())
    return jsonify(steering.entry(found))


@bp.get("/initiatives/<key>/constraints")
@bp.response(200, ConstraintOut(many=True))
@permit("initiative.show_work")
def constraints(key: str) -> Response:
    """What stands first, then what was lifted."""
    return jsonify(steering.constraints(_seen(key)))


@bp.post("/initiatives/<key>/constraints")
@bp.arguments(ConstraintIn)
@bp.response(201, ConstraintOut)
@permit("initiative.constraint")
@repeatable
def add_constraint(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Write down a limit and who can lift it; they are asked."""
    return jsonify(steering.constraint(service.add_constraint(bearer(), key, body, now=clock.now()))), 201


@bp.post("/initiatives/<key>/constraints/<int:number>/lift")
@bp.arguments(SteeringNoteIn)
@bp.response(200, ConstraintOut)
@permit("initiative.lift")
@repeatable
def lift(body: dict[str, Any], key: str, number: int) -> Response:
    """It stands no more; `note` says how. By whoever can lift it, or the lead of a side."""
    found = service.lift(bearer(), key, number, note=body.get("note"), now=clock.now())
    return jsonify(steering.constraint(found))


@bp.get("/initiatives/<key>/health")
@bp.response(200, HealthOut)
@permit("initiative.show_work")
def show_health(key: str) -> Response:
    """What its leads said, the oldest first, and where the two sides differ now."""
    return jsonify(steering.health(_seen(key), clock.now()))


@bp.post("/initiatives/<key>/health")
@bp.arguments(HealthIn)
@bp.response(200, HealthOut)
@permit("initiative.health")
@repeatable
def say_health(body: dict[str, Any], key: str) -> Response:
    """Say how it goes for your side, in person."""
    now = clock.now()
    service.say_health(bearer(), key, body["health"], note=body.get("note"), now=now)
    return jsonify(steering.health(_seen(key), now))


def _seen(key: str) -> InitiativeView:
    """The initiative, for whoever may read how it is steered. Raises NotFound, NotAllowed."""
    caller = bearer()
    found = queries.get_initiative(caller, key)
    permits.check("initiative.show_work", queries.relations_of(caller, found), found.state)
    return found


def _milestone(found: Any) -> Response:
    return jsonify(steering.milestone(bearer(), found, people.today(clock.now())))
