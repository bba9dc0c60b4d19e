"""The API of brand incidents: translate in, one call to a service, translate back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, url_for

from collab.incidents import queries, service
from collab.incidents.queries import Filter
from collab.incidents.schemas import (
    AnswerIn,
    CloseIn,
    FalseAlarmIn,
    IncidentIn,
    IncidentOut,
    IncidentQuery,
    LearntOut,
    NoteIn,
    ReviewIn,
    TimelineOut,
)
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer

bp = blueprint("incidents", "Brand incidents (ブランド緊急対応)")
_MEMBERS = ("raised_by", "taken_by", "answered_by", "closed_by", "reviewed_by")
_MOMENTS = (
    "since_at", "raised_at", "ack_due_at", "reply_due_at", "taken_at", "answered_at", "closed_at", "review_due_at", "reviewed_at",
)  # fmt: skip
_PLAIN = (
    "key", "state", "version", "title", "text", "link", "answer", "answer_link", "what_happened", "root_cause",
    "no_answer_reason", "findings", "false_alarm_reason",
)  # fmt: skip


@bp.post("/incidents")
@bp.arguments(IncidentIn)
@bp.response(201, IncidentOut)
@permit("incident.raise")
@repeatable
def create(body: dict[str, Any]) -> Response:
    """Raise an alert: everybody who must know is paged at once. The same as POST /tasks with severity `brand`."""
    return _one(service.raise_alert(bearer(), body, source="api", now=clock.now()).key, 201)


@bp.get("/incidents")
@bp.arguments(IncidentQuery, location="query")
@bp.response(200, IncidentOut(many=True))
@permit("incident.list")
def index(wanted: dict[str, Any]) -> Response:
    """Incidents, open ones first; guests see their own."""
    caller = bearer()
    offset, size = window()
    narrowed = Filter(wanted.get("state"), bool(wanted.get("open")), bool(wanted.get("mine")))
    found, total = queries.list_incidents(caller, narrowed, offset=offset, limit=size)
    return paged(jsonify([_shape(row) for row in found]), total)


@bp.get("/incidents/<key>")
@bp.response(200, IncidentOut)
@permit("incident.show")
def show(key: str) -> Response:
    """One incident, by the key of its task."""
    return _one(key, 200)


@bp.get("/incidents/<key>/history")
@bp.response(200, TimelineOut(many=True))
@permit("incident.history")
def history(key: str) -> Response:
    """The timeline: every event and free entry, complete and in order, what its task and its climb did included."""
    return jsonify([{**event.plain(), "details": event.details} for event in queries.history(bearer(), key)])


@bp.post("/incidents/<key>/take")
@bp.response(200, IncidentOut)
@permit("incident.take")
@repeatable
def take(key: str) -> Response:
    """I take it; of two at once one wins, the other learns who."""
    return _one(service.take(bearer(), key, now=clock.now()).key, 200)


@bp.post("/incidents/<key>/answer")
@bp.arguments(AnswerIn)
@bp.response(200, IncidentOut)
@permit("incident.answer")
@repeatable
def answer(body: dict[str, Any], key: str) -> Response:
    """The public has an answer: what was said, and where."""
    return _one(service.answer(bearer(), key, text=body["text"], link=body.get("link"), now=clock.now()).key, 200)


@bp.post("/incidents/<key>/timeline")
@bp.arguments(NoteIn)
@bp.response(200, IncidentOut)
@permit("incident.note")
@repeatable
def note(body: dict[str, Any], key: str) -> Response:
    """A free entry of the timeline."""
    return _one(service.note(bearer(), key, text=body["text"], at=body.get("at"), now=clock.now()).key, 200)


@bp.post("/incidents/<key>/close")
@bp.arguments(CloseIn)
@bp.response(200, IncidentOut)
@permit("incident.close")
@repeatable
def close(body: dict[str, Any], key: str) -> Response:
    """It is over: what happened and why, in words. An after-review is due."""
    return _one(service.close(bearer(), key, **body, now=clock.now()).key, 200)


@bp.post("/incidents/<key>/false_alarm")
@bp.arguments(FalseAlarmIn)
@bp.response(200, IncidentOut)
@permit("incident.false_alarm")
@repeatable
def false_alarm(body: dict[str, Any], key: str) -> Response:
    """It was none, and why."""
    return _one(service.false_alarm(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.post("/incidents/<key>/review")
@bp.arguments(ReviewIn)
@bp.response(200, LearntOut)
@permit("incident.review")
@repeatable
def review(body: dict[str, Any], key: str) -> Response:
    """What we learnt: each action becomes a task, a goal is tied or drafted; all of it or nothing."""
    learnt = service.review(bearer(), key, **body, now=clock.now())
    return jsonify({"tasks": list(learnt.tasks), "goals": list(learnt.goals)})


def _one(key: str, status: int) -> Response:
    incident = queries.get_incident(bearer(), key)
    response = jsonify(_shape(incident))
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_incidents.show", key=key)
    return tagged(response, str(incident.version))


def _shape(incident: Any) -> dict[str, Any]:
    named = queries.names(incident)
    who = {name: getattr(incident, f"{name}_id") for name in _MEMBERS}
    return {
        **{name: getattr(incident, name) for name in _PLAIN}, "department": incident.department_code,
        **{name: named[member].email if member else None for name, member in who.items()},
        **{name: _iso(getattr(incident, name)) for name in _MOMENTS},
        "paged": [
            {
                "role": one.role, "member": named[one.member].email, "at": one.paged_at.isoformat(),
                "instead_of": named[one.instead_of].email if one.instead_of else None,
            }
            for one in queries.list_people(incident)
        ],
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
