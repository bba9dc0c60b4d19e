"""The API of reminders: how I am told things, how often people are asked to act."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.permits import permit, permits
from collab.nudges import messages, queries
from collab.nudges.rules.weeks import week_named
from collab.nudges.schemas import AttentionOut, NotificationsIn, NotificationsOut, WeekIn
from collab.nudges.views import choices
from collab.web.api import blueprint, repeatable
from collab.web.identity import bearer

bp = blueprint("nudges", "How one is reminded, when one is not disturbed, how often people are asked to act")


@bp.get("/me/notifications")
@bp.response(200, NotificationsOut)
@permit("nudge.own")
def show() -> Response:
    """How you are told things: the daily reminder, quiet time, and how often you were asked to act this week."""
    caller = bearer()
    permits.check("nudge.own", caller.roles)
    return _answer(caller)


@bp.patch("/me/notifications")
@bp.arguments(NotificationsIn)
@bp.response(200, NotificationsOut)
@permit("nudge.own")
@repeatable
def change(body: dict[str, Any]) -> Response:
    """Choose how you are told things. `quiet` null: at any hour. What is urgent comes even in quiet time."""
    caller = bearer()
    choices.choose(caller, body, clock.now())
    return _answer(caller)


@bp.get("/reports/attention")
@bp.arguments(WeekIn, location="query")
@bp.response(200, AttentionOut(many=True))
@permit("nudge.report")
def attention(wanted: dict[str, Any]) -> Response:
    """How often everybody with an office or a department was asked to act in a week, who was asked most first."""
    permits.check("nudge.report", bearer().roles)
    now = clock.now()
    week = wanted.get("week") or week_named(now, ZoneInfo(company().zone))
    return jsonify(messages.attention_out(queries.list_attention(week, now), queries.pattern().budget))


def _answer(caller: Actor) -> Response:
    week = week_named(clock.now(), ZoneInfo(caller.zone))
    asked = queries.must_acts(caller, week)
    return jsonify(messages.habits_out(queries.get_habits(caller), asked, queries.pattern().budget, week))
