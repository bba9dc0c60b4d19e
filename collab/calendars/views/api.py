"""The API of business calendars: what "eight business hours" or "two business days" means at a site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, jsonify

from collab.calendars import queries
from collab.calendars.schemas import AddIn, BetweenIn, CalendarBodyOut, CalendarOut, EndOut, MinutesOut
from collab.kernel.business_time import BusinessTimeError
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint
from collab.web.identity import bearer

T = TypeVar("T")
bp = blueprint("calendars", "Business calendars (営業日・営業時間)")


@bp.get("/calendars")
@bp.response(200, CalendarOut(many=True))
@permit("calendar.ask")
def index() -> Response:
    """Every calendar in force, by code."""
    _allowed()
    found = queries.list_calendars()
    return jsonify([{"code": one.code, "zone": one.zone.key, "digest": one.digest} for one in found])


@bp.get("/calendars/<code>")
@bp.response(200, CalendarBodyOut)
@permit("calendar.ask")
def show(code: str) -> Response:
    """What the version of a calendar in force says."""
    _allowed()
    one, body = queries.get_calendar(code), queries.find_body(code) or {}
    said: dict[str, Any] = {
        name: body.get(name) or default for name, default in (("closed", []), ("open", {}), ("hours", {}))
    }
    return jsonify({"code": code, "zone": one.zone.key, "digest": one.digest, "holidays": body.get("holidays"), **said})


@bp.get("/calendars/<code>/add")
@bp.arguments(AddIn, location="query")
@bp.response(200, EndOut)
@permit("calendar.ask")
def add(asked: dict[str, Any], code: str) -> Response:
    """When so many business minutes, or business days, after `start` have passed, in the calendar's own zone."""
    _allowed()
    calendar = queries.get_calendar(code)
    start, minutes = asked["start"], asked.get("minutes")
    if minutes is not None:
        end = _reachable("minutes", lambda: calendar.add(start, minutes))
    else:
        end = _reachable("days", lambda: calendar.add_days(start, asked["days"]))
    return jsonify({"end": end.astimezone(calendar.zone).isoformat()})


@bp.get("/calendars/<code>/between")
@bp.arguments(BetweenIn, location="query")
@bp.response(200, MinutesOut)
@permit("calendar.ask")
def between(asked: dict[str, datetime], code: str) -> Response:
    """How many business minutes lie between two moments; negative when they are reversed."""
    _allowed()
    calendar = queries.get_calendar(code)
    return jsonify({"minutes": _reachable("end", lambda: calendar.between(asked["start"], asked["end"]))})


def _allowed() -> None:
    permits.check("calendar.ask", bearer().roles)


def _reachable(field: str, ask: Callable[[], T]) -> T:
    """A calendar answers for some twenty years; further away is a mistake in the question."""
    try:
        return ask()
    except BusinessTimeError:
        raise Invalid({field: Text("calendar.problem.out_of_reach")}) from None
