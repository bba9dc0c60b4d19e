"""Writing goals over the API: a new one, what changes, what it hangs under."""

from __future__ import annotations

from typing import Any

from flask import Response

from collab.goals import service
from collab.goals.schemas.writing import GoalIn, GoalParentsIn, GoalPatchIn
from collab.goals.views.api import reading
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import repeatable, seen_version
from collab.web.identity import bearer


@bp.post("/goals")
@bp.arguments(GoalIn)
@bp.response(201, reading.GoalOut)
@permit("goal.propose")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Write a goal down: a draft by whoever leads (its owners are asked at once), a candidate by everybody else. `hints` of
    the answer say what could be better."""
    key = service.create(bearer(), body, now=clock.now())
    response: Response = reading.show(key)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/goals/{key}"
    return response


@bp.patch("/goals/<key>")
@bp.arguments(GoalPatchIn)
@bp.response(200, reading.GoalOut)
@permit("goal.edit")
@repeatable
def change(body: dict[str, Any], key: str) -> Response:
    """Change what is named. Before it runs, other days void what the other side accepted; on a running goal they need a
    `reason` and are a moved goalpost. `If-Match` guards against somebody else's change."""
    reason = body.pop("reason", None)
    service.change(bearer(), key, body, now=clock.now(), version=seen_version(), reason=reason)
    return _shown(key)


@bp.put("/goals/<key>/parents")
@bp.arguments(GoalParentsIn)
@bp.response(200, reading.GoalOut)
@permit("goal.edit")
@repeatable
def set_parents(body: dict[str, Any], key: str) -> Response:
    """Tie it to these parents and no others; those you may not see stay. Shares add up to 100 at most, cycles are refused.
    Where a running goal counts otherwise by it, this needs a `reason` and is a moved goalpost of that goal."""
    parents, reason = body.get("parents", ()), body.get("reason")
    service.set_parents(bearer(), key, parents, now=clock.now(), version=seen_version(), reason=reason)
    return _shown(key)


def _shown(key: str) -> Response:
    found: Response = reading.show(key)
    return found
