"""What a goal is measured by, over the API."""

from __future__ import annotations

from typing import Any

from flask import Response

from collab.goals import service
from collab.goals.schemas.writing import GoalMetricIn, GoalMetricPatchIn, GoalWhyQuery
from collab.goals.views.api import reading
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import repeatable, seen_version
from collab.web.identity import bearer


@bp.post("/goals/<key>/metrics")
@bp.arguments(GoalMetricIn)
@bp.response(201, reading.GoalOut)
@permit("goal.edit")
@repeatable
def add(body: dict[str, Any], key: str) -> Response:
    """Measure it by one thing more. On a running goal this needs a `reason` and is a moved goalpost."""
    reason = body.pop("reason", None)
    service.add_metric(bearer(), key, body, now=clock.now(), version=seen_version(), reason=reason)
    response: Response = reading.show(key)
    response.status_code = 201
    return response


@bp.patch("/goals/<key>/metrics/<int:metric>")
@bp.arguments(GoalMetricPatchIn)
@bp.response(200, reading.GoalOut)
@permit("goal.edit")
@repeatable
def change(body: dict[str, Any], key: str, metric: int) -> Response:
    """Change what is named. On a running goal another target, baseline, limit or way of counting needs a `reason` and is a
    moved goalpost; before, it voids what the other side accepted."""
    reason = body.pop("reason", None)
    service.change_metric(bearer(), key, metric, body, now=clock.now(), version=seen_version(), reason=reason)
    return _shown(key)


@bp.delete("/goals/<key>/metrics/<int:metric>")
@bp.arguments(GoalWhyQuery, location="query")
@bp.response(200, reading.GoalOut)
@permit("goal.edit")
@repeatable
def remove(wanted: dict[str, Any], key: str, metric: int) -> Response:
    """Measure it by this no more; what was measured stays in its history. `?reason=` where one is needed."""
    service.remove_metric(bearer(), key, metric, now=clock.now(), version=seen_version(), reason=wanted.get("reason"))
    return _shown(key)


def _shown(key: str) -> Response:
    found: Response = reading.show(key)
    return found
