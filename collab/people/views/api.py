"""The API of people: who I am, who is here, and what is mine to end."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.schemas.members import DepartmentOut, MeOut, PersonOut
from collab.people.schemas.standing_in import AbsenceIn, AbsenceOut, OfIn
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
    return jsonify(
        [
            {
                **row._asdict(), "closed_on": row.closed_on.isoformat() if row.closed_on else None,
                "lead": emails[leads[row.code]] if row.code in leads else None,
            }
            for row in found
        ]
    )  # fmt: skip


@bp.post("/me/absence")
@bp.arguments(AbsenceIn)
@bp.response(201, AbsenceOut)
@bp.alt_response(404, response="NOT_FOUND")
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
@bp.alt_response(404, response="NOT_FOUND")
@permit("absence.own")
def be_back(wanted: dict[str, Any]) -> Nothing:
    """Be back: ends absences that run or are ahead. A secretary says so for a principal."""
    if wanted.get("of"):
        service.end_absence(bearer(), of=wanted["of"], now=clock.now())
    else:
        service.be_back(bearer(), now=clock.now())
    return "", 204


@bp.post("/members/<email>/deactivate")
@bp.response(204)
@permit("member.deactivate")
@repeatable
def deactivate(email: str) -> Nothing:
    """A member leaves: sessions and tokens end at once, open seats move. The last administrator stays."""
    service.dismiss_member(bearer(), email, now=clock.now())
    return "", 204
