"""Writing, reading and submitting over the API: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel import clock
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.people import queries as people
from collab.purchases import queries, service
from collab.purchases.queries import Filter
from collab.purchases.queries.details import line, planned
from collab.purchases.queries.history import SAID
from collab.purchases.schemas import EventOut, PlanOut, PurchaseIn, PurchaseOut, PurchaseQuery
from collab.purchases.views.api.base import bp, one
from collab.web.api import paged, repeatable, seen_version, window
from collab.web.identity import bearer, reader


@bp.post("/purchases")
@bp.arguments(PurchaseIn)
@bp.response(201, PurchaseOut)
@permit("purchase.draft")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Write a draft; it needs a title, the rest is checked when it is submitted."""
    return one(service.draft(bearer(), body, now=clock.now()).key, 201)


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
    return one(key, 200)


@bp.patch("/purchases/<key>")
@bp.arguments(PurchaseIn(partial=True))
@bp.response(200, PurchaseOut)
@permit("purchase.edit")
@repeatable
def change(body: dict[str, Any], key: str) -> Response:
    """Change a draft or returned request; `If-Match` guards against somebody else's change."""
    return one(service.edit(bearer(), key, body, seen=seen_version(), now=clock.now()).key, 200)


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
    return one(service.submit(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/withdraw")
@bp.response(200, PurchaseOut)
@permit("purchase.withdraw")
@repeatable
def withdraw(key: str) -> Response:
    """Take back to draft: until the next decision, or after a return."""
    return one(service.withdraw(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/time_to_mend")
@bp.response(200, PurchaseOut)
@permit("purchase.more_time")
@repeatable
def time_to_mend(key: str) -> Response:
    """Take one business day more to mend what was sent back to you, twice at most."""
    service.more_time(bearer(), key, now=clock.now())
    return one(key, 200)


@bp.post("/purchases/<key>/drop")
@bp.response(200, PurchaseOut)
@permit("purchase.drop")
@repeatable
def drop(key: str) -> Response:
    """Give it up for good."""
    return one(service.drop(bearer(), key, now=clock.now()).key, 200)


@bp.post("/purchases/<key>/copy")
@bp.response(201, PurchaseOut)
@permit("purchase.copy")
@repeatable
def copy(key: str) -> Response:
    """A new draft with the same content under a new number."""
    return one(service.copy(bearer(), key, now=clock.now()).key, 201)


@bp.get("/purchases/<key>/history")
@bp.response(200, EventOut(many=True))
@permit("purchase.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order, system events included."""
    how = reader()
    return jsonify([_event(event, how.locale) for event in queries.history(bearer(), key)])


def _event(event: Any, locale: str) -> dict[str, Any]:
    name = event.step_name[locale == "ja"] if event.step_name else None
    return {
        "seq": event.seq, "round": event.round, "step": event.step, "step_name": name, "verb": event.verb,
        "actor": event.actor, "acting_for": event.acting_for, "office": event.office, "at": event.at.isoformat(),
        **{name: event.details.get(name) for name in SAID}, "details": event.more,
        "comment": event.comment, "before": event.before, "after": event.after,
    }  # fmt: skip


def _filter(wanted: dict[str, Any]) -> Filter:
    goal = goals.find_seen(bearer(), wanted["goal"]) if wanted.get("goal") else None
    if wanted.get("goal") and goal is None:
        raise Invalid({"goal": Text("purchase.problem.unknown_goal", {"goal": wanted["goal"]})})
    initiative = initiatives.find_seen(bearer(), wanted["initiative"]) if wanted.get("initiative") else None
    if wanted.get("initiative") and initiative is None:
        raise Invalid({"initiative": Text("purchase.problem.unknown_initiative", {"initiative": wanted["initiative"]})})
    return Filter(
        state=wanted.get("state"), mine=bool(wanted.get("mine")), circulated=bool(wanted.get("circulated")), department=wanted.get("department"),
        vendor=normal(wanted["vendor"]) if wanted.get("vendor") else None, goal_id=goal.id if goal else None,
        initiative_id=initiative.id if initiative else None,
    )  # fmt: skip
