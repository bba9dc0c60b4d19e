"""The API of goals."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from collab.goals import queries
from collab.goals.queries import GoalView
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.api import blueprint, tagged
from collab.web.identity import bearer

bp = blueprint("goals", "Shared customer-experience goals (目標)")


class GoalOut(Schema):
    """A goal."""

    key = fields.String()
    title = fields.String()
    outcome = fields.String()
    target = fields.String()
    due_on = fields.String(allow_none=True)
    owner = fields.String(metadata={"description": "e-mail"})
    department = fields.String()
    state = fields.String()


@bp.get("/goals")
@bp.response(200, GoalOut(many=True))
@permit("goal.list")
def index() -> Response:
    """Every goal you may see."""
    found = queries.list_goals(bearer())
    emails = people.emails_of(goal.owner for goal in found)
    return jsonify([_goal(goal, emails) for goal in found])


@bp.get("/goals/<key>")
@bp.response(200, GoalOut)
@permit("goal.show")
def show(key: str) -> Response:
    """One goal."""
    goal = queries.get_goal(bearer(), key)
    body = _goal(goal, people.emails_of([goal.owner]))
    return tagged(jsonify(body), f"0.{hash_of(body)}")


def hash_of(body: dict[str, Any]) -> str:
    """A tag for something that has no version of its own yet."""
    return hashlib.sha256(repr(sorted(body.items())).encode()).hexdigest()[:16]


def _goal(goal: GoalView, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "key": goal.key, "title": goal.title, "outcome": goal.outcome, "target": goal.target,
        "due_on": goal.due_on.isoformat() if goal.due_on else None, "owner": emails.get(goal.owner),
        "department": goal.department, "state": goal.state,
    }  # fmt: skip
