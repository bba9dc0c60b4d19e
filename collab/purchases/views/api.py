"""The API of purchase requests: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.approvals import service as approvals
from collab.goals import queries as goals
from collab.kernel import clock
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.people import queries as people
from collab.purchases import queries, service
from collab.purchases.queries import Filter
from collab.purchases.queries.details import details, line, planned
from collab.purchases.schemas import (
    DecisionIn,
    DecisionOut,
    EventOut,
    PlanOut,
    PurchaseIn,
    PurchaseOut,
    PurchaseQuery,
    ReasonIn,
)
from collab.web.api import blueprint, paged, repeatable, seen_version, tagged, window
from collab.web.identity import bearer, reader

bp = blueprint("purchases", "Purchase requests (購買稟議)")


@bp.post("/purchases")
@bp.arguments(PurchaseIn)
@bp.response(201, PurchaseOut)
@permit("purchase.draft")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Write a draft; it needs a title, the rest is checked when it is submitted."""
    return _one(service.draft(bearer(), body, now=clock.now()).key, 201)


@bp.get("/purchases")
@bp.arguments(PurchaseQuery, location="query")
@bp.response(200, PurchaseOut(many=True))
@permit("purchase.list")
def index(wanted: dict[str, Any]) -> Response:
    """The requests you may see, newest first."""
    caller = bearer()
    offset, size = window()
    found, total = queries.list_purchases(caller, _filter(wanted), offset=offset, limit=size)
    emails = people.emails_of(purchase.requester_id for purchase in found)
    amounts = queries.amounts_visible(caller, found)
    return paged(jsonify([line(row, emails, amounts=row.key in amounts) for row in found]), total)


@bp.get("/purchases/<key>")
@bp.response(200, PurchaseOut)
@permit("purchase.show")
def show(key: str) -> Response:
    """One request: content, where it stands, its route with the reason of every step."""
    return _one(key, 200)


@bp.patch("/purchases/<key>")
@bp.arguments(PurchaseIn(partial=True))
@bp.response(200, PurchaseOut)
@permit("purchase.edit")
@repeatable
def change(body: dict[str, Any], key: str) -> Response:
    """Change a draft or returned request; `If-Match` guards against somebody else's change."""
    return _one(service.edit(bearer(), key, body, seen=seen_version(), now=clock.now()).key, 200)


@bp.get("/purchases/<key>/route")
@bp.response(200, PlanOut)
@permit("purchase.plan")
def route(key: str) -> Response:
    """The plan if it were submitted now, with the reason of each step and the usual time."""
    caller, now, how = bearer(), clock.now(), reader()
    purchase = queries.get_purchase(caller, key)
    permits.check("purchase.plan", queries.relations(caller, purchase), purchase.state)
    found = service.preview(caller, {}, now=now, old=purchase)
    steps = planned(found.plan, how, found.usual) if found.plan else []
    missing = {gap.field: how.say(text) for gap, text in found.complaints()}
    return jsonify({"route": steps, "refusal": how.say(found.refusal) if found.refusal else None, "missing": missing})


@bp.post("/purchases/<key>/submit")
@bp.response(200, PurchaseOut)
@permit("purchase.submit")
@repeatable
def submit(key: str) -> Response:
    """Submit: the route is planned and frozen, the first step is asked. 422 names everything still missing."""
    return _one(service.submit(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/withdraw")
@bp.response(200, PurchaseOut)
@permit("purchase.withdraw")
@repeatable
def withdraw(key: str) -> Response:
    """Take back to draft: until the next decision, or after a return."""
    return _one(service.withdraw(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/drop")
@bp.response(200, PurchaseOut)
@permit("purchase.drop")
@repeatable
def drop(key: str) -> Response:
    """Give it up for good."""
    return _one(service.drop(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/copy")
@bp.response(201, PurchaseOut)
@permit("purchase.copy")
@repeatable
def copy(key: str) -> Response:
    """A new draft with the same content under a new number."""
    return _one(service.copy(bearer(), key, now=clock.now()).key, 201)


@bp.post("/purchases/<key>/decisions")
@bp.arguments(DecisionIn)
@bp.response(201, DecisionOut)
@permit("approval.decide")
@repeatable
def decide(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Decide on the seat you hold now; the final approve is the decision (決裁)."""
    done = approvals.decide(
        key=key, actor=bearer(), verb=body["verb"], comment=body.get("comment"), seen_version=body.get("seen_version"),
        now=clock.now(),
    )  # fmt: skip
    return _decision(done), 201


@bp.post("/purchases/<key>/undo")
@bp.response(200, DecisionOut)
@permit("approval.undo")
@repeatable
def undo(key: str) -> Response:
    """Take back your approval while nobody acted after it."""
    return _decision(approvals.undo(key=key, actor=bearer(), now=clock.now()))


@bp.post("/purchases/<key>/revoke")
@bp.arguments(ReasonIn)
@bp.response(200, DecisionOut)
@permit("approval.revoke")
@repeatable
def revoke(body: dict[str, Any], key: str) -> Response:
    """Revoke the final decision you took, for good and with a reason."""
    return _decision(approvals.revoke(key=key, actor=bearer(), reason=body["reason"], now=clock.now()))


@bp.get("/purchases/<key>/history")
@bp.response(200, EventOut(many=True))
@permit("purchase.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order, system events included."""
    how = reader()
    return jsonify([_event(event, how.locale) for event in queries.history(bearer(), key)])


def _one(key: str, status: int) -> Response:
    caller, now = bearer(), clock.now()
    purchase = queries.get_purchase(caller, key)
    how = reader()
    body = details(caller, purchase, how, now)
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_purchases.show", key=key)
    return tagged(response, f"{purchase.version}.{queries.round_version(purchase)}.{how.locale}.{caller.id}")


def _decision(done: approvals.Decision) -> Response:
    return jsonify(
        {
            "subject": done.subject, "verb": done.verb, "round": done.round, "step": done.step, "state": done.state,
            "at": done.at.isoformat(),
        }
    )  # fmt: skip


def _event(event: Any, locale: str) -> dict[str, Any]:
    name = event.step_name[locale == "ja"] if event.step_name else None
    return {
        "seq": event.seq, "round": event.round, "step": event.step, "step_name": name, "verb": event.verb,
        "actor": event.actor, "acting_for": event.acting_for, "office": event.office, "at": event.at.isoformat(),
        "comment": event.comment, "before": event.before, "after": event.after,
    }  # fmt: skip


def _filter(wanted: dict[str, Any]) -> Filter:
    goal = goals.find_goal(wanted["goal"]) if wanted.get("goal") else None
    if wanted.get("goal") and goal is None:
        raise Invalid({"goal": Text("purchase.problem.unknown_goal", {"goal": wanted["goal"]})})
    return Filter(
        state=wanted.get("state"), mine=bool(wanted.get("mine")), department=wanted.get("department"),
        vendor=normal(wanted["vendor"]) if wanted.get("vendor") else None, goal_id=goal.id if goal else None,
    )  # fmt: skip
