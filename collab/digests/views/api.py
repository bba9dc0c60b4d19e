"""The API of the digest: my issues, and how they come."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.digests import queries, service
from collab.digests.rules.due import WEEKDAYS, monday_of
from collab.digests.schemas import ChoiceIn, ChoiceOut, IssueOut, WeekIn
from collab.digests.service import reading
from collab.digests.views.outgoing import choice_out, issue_out
from collab.kernel import clock
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint, repeatable
from collab.web.identity import bearer, reader

bp = blueprint("digest", "The weekly digest: your issues, and how they come")


@bp.get("/me/digest")
@bp.arguments(WeekIn, location="query")
@bp.response(200, IssueOut)
@bp.alt_response(404, response="NOT_FOUND")
@permit("digest.own")
def show(wanted: dict[str, Any]) -> Response:
    """Your issue of the week it reports on; the latest unless you name one. 404 where there was nothing to say, or no issue."""
    caller, now = bearer(), clock.now()
    permits.check("digest.own", caller.roles)
    week = wanted.get("week")
    if week is not None and monday_of(week) is None:
        raise Invalid({"week": Text("digest.said.bad_week")})
    edition = queries.find_issue(week=week, member=caller.id) if week else queries.find_latest(caller.id)
    if edition is None or edition.empty:
        raise NotFound
    needs = service.open_issue(edition, caller, now)
    read = reading.own(edition, needs, caller, reader(), now, address=str, silent=False)
    return jsonify(issue_out(edition, read.issue))


@bp.get("/me/digest/choice")
@bp.response(200, ChoiceOut)
@permit("digest.own")
def show_choice() -> Response:
    """How your digest comes: whether, on which weekday, at what time of your own, without which sections; and when the next."""
    caller = bearer()
    permits.check("digest.own", caller.roles)
    return jsonify(choice_out(caller, clock.now()))


@bp.patch("/me/digest/choice")
@bp.arguments(ChoiceIn)
@bp.response(200, ChoiceOut)
@permit("digest.own")
@repeatable
def choose(body: dict[str, Any]) -> Response:
    """Choose how your digest comes. Turned on again it begins with the next issue that falls due."""
    caller, now = bearer(), clock.now()
    change: dict[str, Any] = {name: body[name] for name in ("wanted", "off") if name in body}
    if "weekday" in body:
        change["weekday"] = None if body["weekday"] is None else WEEKDAYS.index(body["weekday"])
    if "at" in body:
        change["minute"] = body["at"]
    service.choose(caller, change, now=now)
    return jsonify(choice_out(caller, now))
