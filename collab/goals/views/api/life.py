"""The life of a goal over the API: owners say yes or no, it begins, pauses, goes on, ends; and how it came about."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals import service
from collab.goals.queries.history import list_history
from collab.goals.schemas.life import GoalAcceptIn, GoalCloseIn, GoalEventOut, GoalReasonIn
from collab.goals.views.api import reading
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import repeatable
from collab.web.identity import bearer


@bp.post("/goals/<key>/accept")
@bp.arguments(GoalAcceptIn)
@bp.response(200, reading.GoalOut)
@permit("goal.accept")
@repeatable
def accept(body: dict[str, Any], key: str) -> Response:
    """Say yes for your side, and what it means for it. With everybody's yes the goal is accepted; complete and begun, it is
    active. A second yes changes nothing. With `seen` (the `asked_mark` of `/goals/K/people`) it counts only for what you
    looked at."""
    service.accept(bearer(), key, body["means"], now=clock.now(), seen=body.get("seen"))
    return reading.show(key)


@bp.post("/goals/<key>/decline")
@bp.arguments(GoalReasonIn)
@bp.response(200, reading.GoalOut)
@permit("goal.decline")
@repeatable
def decline(body: dict[str, Any], key: str) -> Response:
    """Say no, and why; you may still accept later."""
    service.decline(bearer(), key, body["reason"], now=clock.now())
    return reading.show(key)


@bp.post("/goals/<key>/plan")
@bp.response(200, reading.GoalOut)
@permit("goal.plan")
@repeatable
def plan(key: str) -> Response:
    """A candidate becomes a draft: its owners are asked."""
    service.plan(bearer(), key, now=clock.now())
    return reading.show(key)


@bp.post("/goals/<key>/activate")
@bp.response(200, reading.GoalOut)
@permit("goal.activate")
@repeatable
def activate(key: str) -> Response:
    """It runs from now on. 409 `goal_not_ready` says in `missing` what it lacks."""
    service.activate(bearer(), key, now=clock.now())
    return reading.show(key)


@bp.post("/goals/<key>/pause")
@bp.arguments(GoalReasonIn)
@bp.response(200, reading.GoalOut)
@permit("goal.pause")
@repeatable
def pause(body: dict[str, Any], key: str) -> Response:
    """It stands still: nobody is asked to check in."""
    service.pause(bearer(), key, body["reason"], now=clock.now())
    return reading.show(key)


@bp.post("/goals/<key>/resume")
@bp.response(200, reading.GoalOut)
@permit("goal.resume")
@repeatable
def resume(key: str) -> Response:
    """It goes on."""
    service.resume(bearer(), key, now=clock.now())
    return reading.show(key)


@bp.post("/goals/<key>/close")
@bp.arguments(GoalCloseIn)
@bp.response(200, reading.GoalOut)
@permit("goal.close")
@repeatable
def close(body: dict[str, Any], key: str) -> Response:
    """It is over, with what was learnt. Called achieved below its target, it stands among the moved goalposts."""
    service.close(bearer(), key, result=body["result"], lesson=body["lesson"], now=clock.now())
    return reading.show(key)


@bp.get("/goals/<key>/history")
@bp.response(200, GoalEventOut(many=True))
@permit("goal.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order."""
    return jsonify([event.plain() for event in list_history(bearer(), key)])
