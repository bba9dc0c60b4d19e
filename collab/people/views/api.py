"""The API of people: who I am, who is here, and what is mine to end."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.schemas import (
    AbsenceIn,
    AbsenceOut,
    DepartmentOut,
    MeOut,
    OfIn,
    PersonOut,
    SessionOut,
    TokenIn,
    TokenOut,
)
from collab.people.service.access import IDLE
from collab.web.api import blueprint, paged, repeatable, window
from collab.web.identity import bearer

bp = blueprint("people", "Members, departments, and one's own access")
Nothing = tuple[str, int]


@bp.get("/me")
@bp.response(200, MeOut)
@permit("people.me")
def me() -> Response:
    """Who the token belongs to, as of today."""
    caller, now = bearer(), clock.now()
    rows = queries.list_absences(caller.id, now)
    emails = queries.emails_of(row.deputy_id for row in rows if row.deputy_id)
    away = queries.presence([caller.id], now)[caller.id].away
    return jsonify(
        {**messages.oneself(caller), "away": away, "absences": [messages.absence(row, emails) for row in rows]}
    )


@bp.get("/members")
@bp.response(200, PersonOut(many=True))
@permit("people.list")
def members() -> Response:
    """Every member, by address; those who left are marked inactive."""
    permits.check("people.list", bearer().roles)
    now = clock.now()
    offset, size = window()
    everybody = queries.list_actors(now)
    page = everybody[offset : offset + size]
    here = queries.presence([actor.id for actor in page], now)
    return paged(jsonify([{**messages.person(actor), "away": here[actor.id].away} for actor in page]), len(everybody))


@bp.get("/departments")
@bp.response(200, DepartmentOut(many=True))
@permit("people.list")
def departments() -> Response:
    """Every department, by code."""
    permits.check("people.list", bearer().roles)
    leads = queries.organisation(clock.now()).leads
    emails = queries.emails_of(leads.values())
    found = queries.list_departments()
    return jsonify([{**row._asdict(), "lead": emails[leads[row.code]] if row.code in leads else None} for row in found])


@bp.post("/me/absence")
@bp.arguments(AbsenceIn)
@bp.response(201, AbsenceOut)
@permit("absence.own")
@repeatable
def be_away(body: dict[str, Any]) -> tuple[Response, int]:
    """Be away from a day to a day; what is asked of you meanwhile goes to your deputy. A secretary says so for a principal."""
    deputy, days = body.get("deputy"), {name: body[name] for name in ("from_on", "until_on")}
    if body.get("of"):
        service.set_absence(bearer(), of=body["of"], deputy=deputy, now=clock.now(), **days)
    else:
        service.be_away(bearer(), deputy=deputy, now=clock.now(), **days)
    days = {name: day.isoformat() for name, day in days.items()}
    return jsonify({**days, "deputy": deputy.strip().lower() if deputy else None}), 201


@bp.delete("/me/absence")
@bp.arguments(OfIn, location="query")
@bp.response(204)
@permit("absence.own")
def be_back(wanted: dict[str, Any]) -> Nothing:
    """Be back: ends absences that run or are ahead. A secretary says so for a principal."""
    if wanted.get("of"):
        service.end_absence(bearer(), of=wanted["of"], now=clock.now())
    else:
        service.be_back(bearer(), now=clock.now())
    return "", 204


@bp.get("/me/sessions")
@bp.response(200, SessionOut(many=True))
@permit("access.own")
def sessions() -> Response:
    """The browsers in which you are signed in."""
    now = clock.now()
    return jsonify([messages.session(row) for row in queries.list_sessions(bearer().id, now, now - IDLE)])


@bp.delete("/me/sessions")
@bp.response(204)
@permit("access.own")
def end_sessions() -> Nothing:
    """Sign out everywhere at once."""
    service.end_sessions(bearer(), now=clock.now())
    return "", 204


@bp.delete("/me/sessions/<session_id>")
@bp.response(204)
@permit("access.own")
def end_session(session_id: str) -> Nothing:
    """Sign out one browser."""
    service.revoke_session(bearer(), session_id, now=clock.now())
    return "", 204


@bp.get("/me/tokens")
@bp.response(200, TokenOut(many=True))
@permit("access.own")
def tokens() -> Response:
    """Your tokens, without their secrets."""
    return jsonify([messages.token(row) for row in queries.list_tokens(bearer().id)])


@bp.post("/me/tokens")
@bp.arguments(TokenIn)
@bp.response(201, TokenOut)
@permit("access.own")
def create_token(body: dict[str, Any]) -> tuple[Response, int]:
    """A new token, given this once; we keep only its fingerprint, so this write is never repeated from memory."""
    caller = bearer()
    secret = service.create_token(caller, label=body["label"], by=caller, now=clock.now())
    newest = queries.list_tokens(caller.id)[0]
    response = jsonify({**messages.token(newest), "token": secret})
    response.headers["Cache-Control"] = "no-store"
    return response, 201


@bp.delete("/me/tokens/<int:token_id>")
@bp.response(204)
@permit("access.own")
def revoke_token(token_id: int) -> Nothing:
    """End a token; it may be the one you are using."""
    service.revoke_token(bearer(), token_id, now=clock.now())
    return "", 204


@bp.post("/members/<email>/deactivate")
@bp.response(204)
@permit("member.deactivate")
@repeatable
def deactivate(email: str) -> Nothing:
    """A member leaves: sessions and tokens end at once, open seats move."""
    service.deactivate(email, by=bearer(), now=clock.now())
    return "", 204
