"""The API of escalations: what stalls and why, see to it, ask the next above; answer times between departments."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.escalations import service
from collab.escalations.queries import EscalationView, get_escalation
from collab.escalations.queries.listing import Filter, list_escalating
from collab.escalations.schemas import AnswersOut, EscalateIn, EscalationOut, SpanIn, WhichIn
from collab.escalations.views import rows
from collab.escalations.views.seeing import check_seen
from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer, reader

bp = blueprint("escalations", "What stalls, who has been told and why, and what happens next")
ONE = "/escalations/<int:escalation_id>"


@bp.get("/escalations")
@bp.arguments(WhichIn, location="query")
@bp.response(200, EscalationOut(many=True))
@permit("escalation.show")
def index(wanted: dict[str, Any]) -> Response:
    """What is past its due moment and not over, of subjects you may see; what fell due first comes first."""
    caller, now = bearer(), clock.now()
    permits.check("escalation.show", caller.roles)
    offset, size = window()
    narrow = Filter(wanted.get("state"), wanted.get("department"))
    found, total = list_escalating(caller, narrow, now, limit=size, offset=offset)
    return paged(jsonify(EscalationOut(many=True).dump(rows.dumped(found, caller, reader(), now))), total)


@bp.get(ONE)
@bp.response(200, EscalationOut)
@permit("escalation.show")
def show(escalation_id: int) -> Response:
    """One wait with every step so far; those that are over, too."""
    return tagged(_one(_seen(escalation_id)), rows.version(get_escalation(escalation_id)))


@bp.post(f"{ONE}/acknowledge")
@bp.response(200, EscalationOut)
@permit("escalation.acknowledge")
@repeatable
def acknowledge(escalation_id: int) -> Response:
    """See to it: nobody else is told until your word runs out. 409 when somebody else does, or it is over."""
    _seen(escalation_id)
    service.acknowledge(actor=bearer(), escalation_id=escalation_id, now=clock.now())
    return _one(get_escalation(escalation_id))


@bp.post(f"{ONE}/escalate")
@bp.arguments(EscalateIn)
@bp.response(200, EscalationOut)
@permit("escalation.escalate")
@repeatable
def escalate(body: dict[str, Any], escalation_id: int) -> Response:
    """Ask the next above now, with a reason that everybody who is told reads."""
    _seen(escalation_id)
    service.escalate(actor=bearer(), escalation_id=escalation_id, reason=body["reason"], now=clock.now())
    return _one(get_escalation(escalation_id))


@bp.get("/reports/answer-times")
@bp.arguments(SpanIn, location="query")
@bp.response(200, AnswersOut)
@permit("escalation.answers")
def answer_times(wanted: dict[str, Any]) -> Response:
    """Per pair of departments: asks, answers in time, the usual answer in working minutes, what is open."""
    permits.check("escalation.answers", bearer().roles)
    from_on, until_on, found = rows.answer_times(bearer(), wanted.get("from_on"), wanted.get("until_on"), clock.now())
    return jsonify(AnswersOut().dump({"from_on": from_on, "until_on": until_on, "pairs": [vars(one) for one in found]}))


def _seen(escalation_id: int) -> EscalationView:
    """Whether there is one is for those to know who may see it."""
    permits.check("escalation.show", bearer().roles)
    return check_seen(bearer(), get_escalation(escalation_id))


def _one(view: EscalationView) -> Response:
    (found,) = rows.dumped([view], bearer(), reader(), clock.now())
    return jsonify(EscalationOut().dump(found))
