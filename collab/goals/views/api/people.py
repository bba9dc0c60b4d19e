"""The people round a goal over the API: who answers for it, who contributes, who says what their part is."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals import service
from collab.goals.queries import GoalView, get_goal
from collab.goals.queries.accepting import mark_of
from collab.goals.queries.owning import answering, list_parts
from collab.goals.queries.sight import contributors_of, told_of
from collab.goals.schemas.life import GoalContributorIn, GoalOwnersIn, GoalPartIn, GoalPeopleOut
from collab.goals.views.api import reading
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.api import repeatable
from collab.web.identity import bearer


@bp.put("/goals/<key>/accountable")
@bp.arguments(GoalOwnersIn)
@bp.response(200, reading.GoalOut)
@permit("goal.name_owners")
@repeatable
def name_owners(body: dict[str, Any], key: str) -> Response:
    """Say who answers for it from now on. Whoever is new has to accept; a running goal stays active and needs a reason."""
    service.name_owners(bearer(), key, body["accountable"], now=clock.now(), reason=body.get("reason"))
    return reading.show(key)


@bp.get("/goals/<key>/people")
@bp.response(200, GoalPeopleOut)
@permit("goal.show")
def show_people(key: str) -> Response:
    """Who answers for it and what it means for their side, who contributes, who says what their part is."""
    return _people(get_goal(bearer(), key))


@bp.post("/goals/<key>/contributors")
@bp.arguments(GoalContributorIn)
@bp.response(200, GoalPeopleOut)
@permit("goal.share")
@repeatable
def add_contributor(body: dict[str, Any], key: str) -> Response:
    """Name somebody who helps: a member, or a guest, who then sees this goal. Again only changes `may_check_in`."""
    who, may = body["member"], bool(body.get("may_check_in"))
    return _people(service.add_contributor(bearer(), key, who, may_check_in=may, now=clock.now()))


@bp.delete("/goals/<key>/contributors/<email>")
@bp.response(200, GoalPeopleOut)
@permit("goal.share")
def remove_contributor(key: str, email: str) -> Response:
    """They help no more; a guest does not see it any more."""
    return _people(service.remove_contributor(bearer(), key, email, now=clock.now()))


@bp.post("/goals/<key>/part")
@bp.arguments(GoalPartIn)
@bp.response(200, GoalPeopleOut)
@permit("goal.take_part")
@repeatable
def take_part(body: dict[str, Any], key: str) -> Response:
    """Say that you have read it, and what your part is; saying it again replaces it."""
    caller = bearer()
    service.take_part(caller, key, body["part"], now=clock.now())
    return _people(get_goal(caller, key))


def _people(goal: GoalView) -> Response:
    """A guest reads who answers for it, and that they help themselves; what members say among themselves stays theirs."""
    me = bearer()
    guest = me.is_partner
    owners = answering([goal.id]).get(goal.id, ())
    helpers = told_of(me, contributors_of([goal.id]).get(goal.id, ()))
    parts = [] if guest else list_parts(goal.id)
    emails = people.emails_of(one.member for group in (owners, helpers, parts) for one in group)
    return jsonify(
        asked_mark=mark_of(goal),
        accountable=[
            {
                "side": one.side, "department": one.department, "member": emails[one.member], "state": one.state,
                "means": None if guest else one.means, "accepted_at": one.accepted_at.isoformat() if one.accepted_at else None,
                "decline_reason": None if guest else one.decline_reason,
            }
            for one in owners
        ],
        contributors=[{"member": emails[one.member], "may_check_in": one.may_check_in} for one in helpers],
        parts=[{"member": emails[one.member], "part": one.part, "at": one.at.isoformat()} for one in parts],
    )  # fmt: skip
