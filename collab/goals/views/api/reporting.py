"""The reports about goals over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals.queries.coverage import find_coverage
from collab.goals.queries.goalposts import list_goalposts
from collab.goals.schemas.reports import CoverageOut, GoalpostOut, GoalpostQuery
from collab.goals.views import reporting
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import paged, window
from collab.web.identity import bearer, reader


@bp.get("/goals/coverage")
@bp.response(200, CoverageOut)
@permit("goal.report")
def coverage() -> Response:
    """How much of the company stands behind the customer."""
    return jsonify(reporting.coverage(find_coverage(bearer(), clock.now()), reader()))


@bp.get("/goals/goalposts")
@bp.arguments(GoalpostQuery, location="query")
@bp.response(200, GoalpostOut(many=True))
@permit("goal.report")
def goalposts(wanted: dict[str, Any]) -> Response:
    """Moved goalposts, the latest first: what was changed on running goals or claimed against the figures."""
    offset, size = window()
    found, total = list_goalposts(bearer(), reporting.narrowed(wanted), offset=offset, limit=size)
    return paged(jsonify([reporting.goalpost(moved) for moved in found]), total)


@bp.get("/goals/goalposts.csv")
@bp.arguments(GoalpostQuery, location="query")
@bp.response(200, content_type="text/csv", description="All of them, in the caller's language.")
@permit("goal.report")
def goalposts_file(wanted: dict[str, Any]) -> Response:
    """The same as a file for spreadsheets."""
    found, _total = list_goalposts(bearer(), reporting.narrowed(wanted))
    return reporting.as_download(reporting.as_file(found, reader()))
