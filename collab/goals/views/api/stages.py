"""Journey stages over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals import service
from collab.goals.queries.stages import StageView, list_stages
from collab.goals.schemas.writing import JourneyStageIn, JourneyStageOut, JourneyStagePatchIn
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit
from collab.web.api import repeatable, seen_version, tagged
from collab.web.identity import bearer


@bp.get("/journey-stages")
@bp.response(200, JourneyStageOut(many=True))
@permit("stage.list")
def stages() -> Response:
    """The customer's way in its order: who owns each stage, what it hands over to which, which open goals are there."""
    return jsonify([_shape(stage) for stage in list_stages(bearer())])


@bp.post("/journey-stages")
@bp.arguments(JourneyStageIn)
@bp.response(201, JourneyStageOut)
@permit("stage.set")
@repeatable
def add_stage(body: dict[str, Any]) -> Response:
    """Write a stage down; without `position` it is the last."""
    code = body.pop("code")
    service.set_stage(bearer(), code, body, now=clock.now(), new=True)
    response = _one(code)
    response.status_code = 201
    return response


@bp.patch("/journey-stages/<code>")
@bp.arguments(JourneyStagePatchIn)
@bp.response(200, JourneyStageOut)
@permit("stage.set")
@repeatable
def change_stage(body: dict[str, Any], code: str) -> Response:
    """Change what is named. `If-Match` guards against somebody else's change."""
    service.set_stage(bearer(), code, body, now=clock.now(), version=seen_version())
    return _one(code)


def _one(code: str) -> Response:
    for stage in list_stages(bearer()):
        if stage.code == code:
            return tagged(jsonify(_shape(stage)), str(stage.version))
    raise NotFound


def _shape(stage: StageView) -> dict[str, Any]:
    return {**vars(stage), "goals": [goal.key for goal in stage.goals]}
