"""The API of routes: the authority table, a request tried on it, proposals and their verbs."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.approvals import service
from collab.approvals.queries import proposals as known
from collab.approvals.schemas.routes import DeclineIn, ProposalOut, ProposeIn, TableOut, TrialIn, TrialOut
from collab.approvals.service import trying
from collab.approvals.views import routes as shown
from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint, paged, repeatable, window
from collab.web.identity import bearer, reader

bp = blueprint("routes", "Who decides what (職務権限表), and how it is changed")
ONE = "/routes/proposals/<int:number>"


@bp.get("/routes")
@bp.response(200, TableOut)
@permit("routes.show")
def table() -> Response:
    """The authority table of the routes in force, in the caller's language."""
    permits.check("routes.show", bearer().roles)
    return jsonify(TableOut().dump(shown.table(reader())))


@bp.post("/routes/simulate")
@bp.arguments(TrialIn)
@bp.response(200, TrialOut)
@permit("routes.simulate")
def simulate(body: dict[str, Any]) -> Response:
    """Who would decide such a request today, and why. Nothing is written."""
    return jsonify(TrialOut().dump(shown.trial(trying.simulate(bearer(), body, now=clock.now()), reader())))


@bp.get("/routes/proposals")
@bp.response(200, ProposalOut(many=True))
@permit("routes.proposals")
def index() -> Response:
    """Proposed changes of routes, open ones first."""
    offset, size = window()
    found, total = known.list_proposals(bearer(), offset=offset, limit=size)
    return paged(jsonify(ProposalOut(many=True).dump(shown.proposals(found))), total)


@bp.post("/routes/proposals")
@bp.arguments(ProposeIn)
@bp.response(201, ProposalOut)
@permit("routes.propose")
@repeatable
def propose(body: dict[str, Any]) -> Response:
    """Propose route files as the next version; a second person takes them."""
    number = service.propose(body["files"], actor=bearer(), reason=body["reason"], now=clock.now())
    answer = _one(number)
    answer.status_code = 201
    answer.headers["Location"] = url_for("api_routes.show", number=number)
    return answer


@bp.get(ONE)
@bp.response(200, ProposalOut)
@permit("routes.proposals")
def show(number: int) -> Response:
    """One proposal: what it changes in words, what to look at, what it would have done to the last 90 days."""
    return _one(number)


@bp.post(f"{ONE}/take")
@bp.response(200, ProposalOut)
@permit("routes.take")
@repeatable
def take(number: int) -> Response:
    """Bring it in force, as the second person. 409 when other routes came in force since it was proposed."""
    service.take_proposal(number, actor=bearer(), now=clock.now())
    return _one(number)


@bp.post(f"{ONE}/decline")
@bp.arguments(DeclineIn)
@bp.response(200, ProposalOut)
@permit("routes.decline")
@repeatable
def decline(body: dict[str, Any], number: int) -> Response:
    """Turn it down, with the reason."""
    service.decline_proposal(number, actor=bearer(), comment=body["comment"], now=clock.now())
    return _one(number)


@bp.post(f"{ONE}/withdraw")
@bp.response(200, ProposalOut)
@permit("routes.withdraw")
@repeatable
def withdraw(number: int) -> Response:
    """Take one's own proposal back."""
    service.withdraw_proposal(number, actor=bearer(), now=clock.now())
    return _one(number)


def _one(number: int) -> Response:
    row = known.get_proposal(bearer(), number)
    return jsonify(ProposalOut().dump(shown.proposal(bearer(), row, reader(), clock.now())))
