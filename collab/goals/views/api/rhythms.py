"""The rhythm of check-ins over the API, and the goals that went dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

from collab.goals.queries.dark import list_dark
from collab.goals.queries.rhythm import RhythmView, get_rhythm, list_rhythms
from collab.goals.schemas.rhythms import DarkOut, RhythmIn, RhythmOut, as_cadence
from collab.goals.service import rhythm
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.api import repeatable, seen_version, tagged
from collab.web.identity import bearer


@bp.get("/goals/rhythms")
@bp.response(200, RhythmOut(many=True))
@permit("rhythm.show")
def rhythms() -> Response:
    """When each department's goal owners are asked to check in."""
    found = list_rhythms(bearer())
    emails = people.emails_of({one.set_by for one in found if one.set_by})
    return jsonify([_rhythm(one, emails) for one in found])


@bp.get("/goals/rhythms/<department>")
@bp.response(200, RhythmOut)
@permit("rhythm.show")
def show_rhythm(department: str) -> Response:
    """One department's."""
    return _one(department)


@bp.put("/goals/rhythms/<department>")
@bp.arguments(RhythmIn)
@bp.response(200, RhythmOut)
@permit("rhythm.set")
@repeatable
def set_rhythm(body: dict[str, Any], department: str) -> Response:
    """Give a department a rhythm of its own: its lead, or an administrator. `If-Match` guards against somebody else's change.
    Check-ins already asked for keep their deadline."""
    rhythm.set_rhythm(bearer(), department, as_cadence(body), now=clock.now(), version=seen_version())
    return _one(department)


@bp.get("/goals/dark")
@bp.response(200, DarkOut(many=True))
@permit("goal.report")
def dark() -> Response:
    """Goals you may see whose check-in is overdue, the longest first."""
    found = list_dark(bearer(), clock.now())
    emails = people.emails_of({one.member for one in found})
    return jsonify(
        [
            {
                "goal": one.key, "title": one.title, "member": emails.get(one.member), "department": one.department,
                "asked_at": one.asked_at.isoformat(), "due_at": one.due_at.isoformat(),
                "checked_in_at": one.checked_in_at.isoformat() if one.checked_in_at else None,
            }
            for one in found
        ]
    )  # fmt: skip


def _one(department: str) -> Response:
    found = get_rhythm(bearer(), department)
    emails = people.emails_of([found.set_by] if found.set_by else [])
    return tagged(jsonify(_rhythm(found, emails)), f"{found.version}.{found.owners}")


def _rhythm(found: RhythmView, emails: Mapping[int, str]) -> dict[str, Any]:
    return {
        **vars(found.cadence), "department": found.department, "weekday": found.weekday, "own": found.own,
        "owners": found.owners, "version": found.version, "set_by": emails.get(found.set_by or 0),
        "set_at": found.set_at.isoformat() if found.set_at else None,
    }  # fmt: skip
