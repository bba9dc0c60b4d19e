"""The API of data-sharing agreements: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.agreements import queries, service
from collab.agreements.queries import Filter
from collab.agreements.schemas import (
    AgreementDeliveryIn,
    AgreementEventOut,
    AgreementHandoverIn,
    AgreementIn,
    AgreementOut,
    AgreementPairOut,
    AgreementQuery,
    AgreementReasonIn,
    NewDateIn,
)
from collab.agreements.views.shapes import details, line
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer

bp = blueprint("agreements", "Data-sharing agreements (データ共有の取り決め)")


@bp.post("/agreements")
@bp.arguments(AgreementIn)
@bp.response(201, AgreementOut)
@permit("agreement.propose")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Propose one; who is named on it and proposes it has agreed, the other person is asked."""
    return _one(service.propose(bearer(), body, now=clock.now()).key, 201)


@bp.get("/agreements")
@bp.arguments(AgreementQuery, location="query")
@bp.response(200, AgreementOut(many=True))
@permit("agreement.list")
def index(wanted: dict[str, Any]) -> Response:
    """Agreements, what is due first; `late=yes` shows what has not come."""
    caller, now = bearer(), clock.now()
    offset, size = window()
    narrowed = Filter(
        wanted.get("state"), bool(wanted.get("mine")), wanted.get("department"), now if wanted.get("late") else None
    )  # fmt: skip
    found, total = queries.list_agreements(caller, narrowed, offset=offset, limit=size)
    return paged(jsonify([line(row, caller, now) for row in found]), total)


@bp.get("/agreements/pairs")
@bp.response(200, AgreementPairOut(many=True))
@permit("agreement.list")
def pairs() -> Response:
    """Of each pair of departments: how many deliveries in a row came on time."""
    return jsonify([vars(pair) for pair in queries.list_pairs(bearer(), clock.now())])


@bp.get("/agreements/<key>")
@bp.response(200, AgreementOut)
@permit("agreement.show")
def show(key: str) -> Response:
    """One agreement: what was promised, what is awaited, every delivery."""
    return _one(key, 200)


@bp.get("/agreements/<key>/history")
@bp.response(200, AgreementEventOut(many=True))
@permit("agreement.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order."""
    return jsonify([event.plain() for event in queries.history(bearer(), key)])


@bp.post("/agreements/<key>/agree")
@bp.response(200, AgreementOut)
@permit("agreement.agree")
@repeatable
def agree(key: str) -> Response:
    """Say yes for your side; with both it is active and the first delivery is awaited."""
    return _one(service.agree(bearer(), key, now=clock.now()).key, 200)


@bp.post("/agreements/<key>/deliver")
@bp.arguments(AgreementDeliveryIn)
@bp.response(200, AgreementOut)
@permit("agreement.deliver")
@repeatable
def deliver(body: dict[str, Any], key: str) -> Response:
    """The data is there. With `due_on` it counts for that delivery only; without, a second one the same day is 409."""
    return _one(service.deliver(bearer(), key, body, due_on=body.get("due_on"), now=clock.now()).key, 200)


@bp.post("/agreements/<key>/confirm")
@bp.response(200, AgreementOut)
@permit("agreement.confirm")
@repeatable
def confirm(key: str) -> Response:
    """It is there and whole."""
    return _one(service.confirm(bearer(), key, now=clock.now()).key, 200)


@bp.post("/agreements/<key>/dispute")
@bp.arguments(AgreementReasonIn)
@bp.response(200, AgreementOut)
@permit("agreement.dispute")
@repeatable
def dispute(body: dict[str, Any], key: str) -> Response:
    """It did not arrive, or not whole: the clock goes back to the giver."""
    return _one(service.dispute(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/agreements/<key>/postpone")
@bp.arguments(NewDateIn)
@bp.response(200, AgreementOut)
@permit("agreement.postpone")
@repeatable
def postpone(body: dict[str, Any], key: str) -> Response:
    """A new date for what is awaited, with a reason; at most twice."""
    return _one(service.postpone(bearer(), key, on=body["on"], reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/agreements/<key>/pause")
@bp.arguments(AgreementReasonIn)
@bp.response(200, AgreementOut)
@permit("agreement.pause")
@repeatable
def pause(body: dict[str, Any], key: str) -> Response:
    """Nothing is awaited until it goes on."""
    return _one(service.pause(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/agreements/<key>/resume")
@bp.response(200, AgreementOut)
@permit("agreement.resume")
@repeatable
def resume(key: str) -> Response:
    """It goes on with what is due next."""
    return _one(service.resume(bearer(), key, now=clock.now()).key, 200)


@bp.post("/agreements/<key>/end")
@bp.arguments(AgreementReasonIn)
@bp.response(200, AgreementOut)
@permit("agreement.end")
@repeatable
def end(body: dict[str, Any], key: str) -> Response:
    """For good, with a reason; declines a proposal too."""
    return _one(service.end(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/agreements/<key>/handover")
@bp.arguments(AgreementHandoverIn)
@bp.response(200, AgreementOut)
@permit("agreement.handover")
@repeatable
def handover(body: dict[str, Any], key: str) -> Response:
    """Another person of the same department stands for a side."""
    done = service.hand_over(bearer(), key, to=body["to"], side=body.get("side"), now=clock.now())
    return _one(done.key, 200)


def _one(key: str, status: int) -> Response:
    caller, now = bearer(), clock.now()
    agreement = queries.get_agreement(caller, key)
    body = details(agreement, caller, now)
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_agreements.show", key=key)
    return tagged(response, f"{agreement.version}.{int(body['late'])}")
