"""Checking in on goals over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.goals.queries.checkins import list_checkins
from collab.goals.schemas.checkins import (
    AcknowledgedOut,
    CheckedInOut,
    CheckInIn,
    CheckInOut,
    CheckInsIn,
    DiscussedOut,
    DiscussionIn,
    check_in_row,
    checked_in,
)
from collab.goals.service import acknowledging, discussing
from collab.goals.service import checking_in as service
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.api import paged, repeatable, window
from collab.web.identity import bearer


@bp.post("/goals/<key>/checkins")
@bp.arguments(CheckInIn)
@bp.response(201, CheckedInOut)
@permit("goal.check_in")
@repeatable
def check_in(said: dict[str, Any], key: str) -> tuple[Response, int]:
    """Check in: your confidence in tens of per cent, a note, perhaps the latest value; or `no_change`. A move of 20 points needs
    a note, a status against the figures a reason. One's own check-in acknowledges the other side's."""
    return jsonify(checked_in(service.check_in(bearer(), key, said, now=clock.now()))), 201


@bp.post("/goals/checkins")
@bp.arguments(CheckInsIn)
@bp.response(201, CheckedInOut(many=True))
@permit("goal.check_in")
@repeatable
def check_in_all(said: dict[str, Any]) -> tuple[Response, int]:
    """Check in on several goals in one go, by key: all of them or none; what is wrong is named as `goals.G-3.confidence`."""
    done = service.check_in_all(bearer(), said["goals"], now=clock.now())
    return jsonify([checked_in(one) for one in done]), 201


@bp.get("/goals/<key>/checkins")
@bp.response(200, CheckInOut(many=True))
@permit("goal.show")
def checkins(key: str) -> Response:
    """The check-ins of a goal, the latest first. A guest reads their own."""
    offset, size = window()
    found, total = list_checkins(bearer(), key, offset=offset, limit=size)
    emails = people.emails_of({one for row in found for one in (row.member, row.acknowledged_by) if one})
    return paged(jsonify([check_in_row(row, key, emails) for row in found]), total)


@bp.post("/goals/<key>/acknowledge")
@bp.response(200, AcknowledgedOut)
@permit("goal.acknowledge")
@repeatable
def acknowledge(key: str) -> Response:
    """Say that you have read what the other side said."""
    return jsonify({"acknowledged": acknowledging.acknowledge(bearer(), key, now=clock.now())})


@bp.post("/goals/<key>/discuss")
@bp.arguments(DiscussionIn)
@bp.response(201, DiscussedOut)
@permit("goal.discuss")
@repeatable
def discuss(said: dict[str, Any], key: str) -> tuple[Response, int]:
    """Write down what both owners made of seeing it differently. 409 where they do not."""
    points = discussing.discuss(bearer(), key, said["note"], now=clock.now())
    return jsonify({"divergence": points}), 201
