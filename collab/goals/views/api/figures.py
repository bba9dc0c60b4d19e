"""Measurements over the API, by people and by machines; the ledger of promises."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from collab.access.rules.keys import MEASUREMENTS
from collab.goals.queries import find_goal
from collab.goals.queries.breaches import list_breaches
from collab.goals.queries.figures import list_measurements
from collab.goals.queries.promises import list_promises
from collab.goals.rules.progress import shown
from collab.goals.schemas.figures import (
    MeasuredOut,
    MeasurementIn,
    MeasurementOut,
    MeasurementQuery,
    MetricQuery,
    measurement_row,
    read_measurements,
)
from collab.goals.schemas.promises import BreachOut, PledgeOut, breach_row, pledge_row
from collab.goals.service.measuring import MOST
from collab.goals.service.measuring import measure as measure_
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.errors import Invalid
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.api import paged, repeatable, window
from collab.web.identity import bearer, open_to_machines, reader

_ONE_OR_MANY = {"anyOf": [MeasurementIn, {"type": "array", "items": MeasurementIn, "minItems": 1, "maxItems": MOST}]}
_BODY = {"required": True, "content": {"application/json": {"schema": _ONE_OR_MANY}}}


@bp.post("/goals/<key>/measurements")
@bp.arguments(MetricQuery, location="query")
@bp.doc(requestBody=_BODY)
@bp.response(200, MeasuredOut)
@permit("goal.measure")
@open_to_machines(MEASUREMENTS)
@repeatable
def measure(query: dict[str, Any], key: str) -> Response:
    """Say what a metric was: one entry or up to 200, by day and source (the same again replaces, or changes nothing)."""
    caller = bearer()
    entries, several = read_measurements(request.get_json())
    try:
        done = measure_(caller, key, entries, now=clock.now(), metric=query.get("metric"))
    except Invalid as refusal:
        if several:
            raise
        raise Invalid({path.removeprefix("0."): said for path, said in refusal.fields.items()}) from refusal
    goal = find_goal(key)
    progress = float(shown(goal.progress)) if goal and goal.progress is not None else None
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    return jsonify({"goal": key, **counts, "progress": progress})


@bp.get("/goals/<key>/measurements")
@bp.arguments(MeasurementQuery, location="query")
@bp.response(200, MeasurementOut(many=True))
@permit("goal.show")
@open_to_machines(MEASUREMENTS)
def measurements(query: dict[str, Any], key: str) -> Response:
    """What was measured, the latest day first; every source of a day is listed."""
    offset, size = window()
    found, total = list_measurements(bearer(), key, metric=query.get("metric"), offset=offset, limit=size)
    emails = people.emails_of({one.by for one in found if one.by})
    return paged(jsonify([measurement_row(one, emails) for one in found]), total)


@bp.get("/goals/promises")
@bp.response(200, PledgeOut(many=True))
@permit("goal.list")
def promises() -> Response:
    """What is promised to customers, what they experience, the gap, and the goals that are to keep it; the broken first."""
    return jsonify([pledge_row(one) for one in list_promises(bearer(), now=clock.now())])


@bp.get("/goals/breaches")
@bp.response(200, BreachOut(many=True))
@permit("goal.list")
def breaches() -> Response:
    """Control metrics out of their bounds, each with the goal that would bring it back (the body of `POST /goals`, but for who
    answers for it and by when)."""
    return jsonify([breach_row(one, reader()) for one in list_breaches(bearer())])
