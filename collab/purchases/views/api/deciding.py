"""Deciding over the API: each verb of a seat is one call to the engine."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.approvals import service as approvals
from collab.approvals.service import Outcome
from collab.approvals.service.adding import add_step
from collab.kernel import clock
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.purchases.schemas import (
    DecisionIn,
    DecisionOut,
    HoldIn,
    LiftIn,
    OutcomeOut,
    PurchaseOut,
    ReasonIn,
    StepIn,
    TogetherIn,
)
from collab.purchases.views import said
from collab.purchases.views.api.base import bp, decision, one
from collab.web.api import repeatable
from collab.web.identity import bearer, reader


@bp.post("/purchases/<key>/decisions")
@bp.arguments(DecisionIn)
@bp.response(201, DecisionOut)
@permit("approval.decide")
@repeatable
def decide(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Say what the seat you hold now is asked for; the final approve is the decision (決裁)."""
    done = approvals.decide(key=key, actor=bearer(), now=clock.now(), **said.of_decision(body))
    return decision(done), 201


@bp.post("/decisions")
@bp.arguments(TogetherIn)
@bp.response(200, OutcomeOut(many=True))
@permit("approval.decide")
def decide_together(body: dict[str, Any]) -> Response:
    """Approve several at a step of the same name, of routes that allow it; each answers for itself. What was approved
    already stays approved and counts as done, so the same call may simply be sent again."""
    items = [(item["key"], item["seen_version"]) for item in body["items"]]
    outcomes = approvals.approve_together(items, actor=bearer(), comment=body.get("comment"), now=clock.now())
    return jsonify([_outcome(outcome, reader()) for outcome in outcomes])


@bp.post("/purchases/<key>/lift")
@bp.arguments(LiftIn)
@bp.response(201, DecisionOut)
@permit("approval.lift")
@repeatable
def lift(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Approve from your later seat over those who wait before it (引上げ); they read it after."""
    return decision(approvals.lift(key=key, actor=bearer(), now=clock.now(), **body)), 201


@bp.post("/purchases/<key>/hold")
@bp.arguments(HoldIn)
@bp.response(200, PurchaseOut)
@permit("approval.hold")
@repeatable
def hold(body: dict[str, Any], key: str) -> Response:
    """Put your seat on hold (保留) until the close of a day: the clock stands still, everybody sees why."""
    approvals.hold(key=key, actor=bearer(), now=clock.now(), **body)
    return one(key)


@bp.post("/purchases/<key>/release")
@bp.response(200, PurchaseOut)
@permit("approval.release")
@repeatable
def release(key: str) -> Response:
    """Take your seat up again before the hold ends."""
    approvals.release(key=key, actor=bearer(), now=clock.now())
    return one(key)


@bp.post("/purchases/<key>/more_time")
@bp.response(200, PurchaseOut)
@permit("approval.more_time")
@repeatable
def more_time(key: str) -> Response:
    """Take one business day more for your seat, twice at most."""
    approvals.more_time(key=key, actor=bearer(), now=clock.now())
    return one(key)


@bp.post("/purchases/<key>/steps")
@bp.arguments(StepIn)
@bp.response(201, PurchaseOut)
@permit("approval.add_step")
@repeatable
def add_a_step(body: dict[str, Any], key: str) -> Response:
    """Have more people asked, before or after your own step; a step is never taken away."""
    add_step(key=key, actor=bearer(), now=clock.now(), **said.of_step(body))
    return one(key, 201)


@bp.post("/purchases/<key>/undo")
@bp.response(200, DecisionOut)
@permit("approval.undo")
@repeatable
def undo(key: str) -> Response:
    """Take back your approval while nobody acted after it."""
    return decision(approvals.undo(key=key, actor=bearer(), now=clock.now()))


@bp.post("/purchases/<key>/revoke")
@bp.arguments(ReasonIn)
@bp.response(200, DecisionOut)
@permit("approval.revoke")
@repeatable
def revoke(body: dict[str, Any], key: str) -> Response:
    """Revoke the final decision you took, for good and with a reason."""
    return decision(approvals.revoke(key=key, actor=bearer(), reason=body["reason"], now=clock.now()))


def _outcome(outcome: Outcome, how: Reader) -> dict[str, Any]:
    refused, done = outcome.refusal, outcome.decision
    return {
        "key": outcome.key, "result": "done" if outcome.done else "refused", "verb": done.verb if done else None,
        "state": done.state if done else None, "code": refused.said_code if refused else None,
        "detail": how.say(refused.text) if refused else None,
    }  # fmt: skip
