"""The API of administrators: members, offices and sites. What gives somebody power is proposed under /changes."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.queries import administering as known
from collab.people.queries.actors import fingerprint
from collab.people.schemas.members import MemberChangeIn, MemberIn, MemberOut, NamesIn, OfficeOut, SiteOut
from collab.people.views.admin.member import departments_with
from collab.people.views.admin.members import columns
from collab.web.api import blueprint, repeatable, tagged
from collab.web.identity import bearer

bp = blueprint("organisation", "Members, offices and sites as administrators keep them")
Nothing = tuple[str, int]


@bp.post("/members")
@bp.arguments(MemberIn)
@bp.response(201, MemberOut)
@permit("member.add")
@repeatable
def add(body: dict[str, Any]) -> Response:
    """Add a member, without any role; their post is from today."""
    service.admit(bearer(), columns(body), department=body.get("department"), now=clock.now())
    return _one(body["email"], 201)


@bp.get("/members/<email>")
@bp.response(200, MemberOut)
@permit("people.administer")
def show(email: str) -> Response:
    """One member, with what administrators see of them."""
    permits.check("people.administer", bearer().roles)
    return _one(email, 200)


@bp.patch("/members/<email>")
@bp.arguments(MemberChangeIn)
@bp.response(200, MemberOut)
@permit("member.edit")
@repeatable
def edit(body: dict[str, Any], email: str) -> Response:
    """Change names, language, zone, site or main department; what is not named stays."""
    main = body.pop("department", None)
    wanted = {**body, **({"departments": departments_with(email, main)} if main else {})}
    service.edit_member(bearer(), email, {name: value for name, value in wanted.items() if value}, now=clock.now())
    return _one(email, 200)


@bp.get("/offices")
@bp.response(200, OfficeOut(many=True))
@permit("people.list")
def offices() -> Response:
    """Every office with the terms that run or are to come."""
    permits.check("people.list", bearer().roles)
    terms = known.list_terms(clock.now())
    emails = queries.emails_of(term.member for term in terms)
    return jsonify([{**row._asdict(), "terms": [_term(term, emails) for term in terms if term.office == row.code and term.confirmed]} for row in known.list_offices()])  # fmt: skip


@bp.get("/sites")
@bp.response(200, SiteOut(many=True))
@permit("people.administer")
def sites() -> Response:
    """Every site, its zone, its calendar, and how many work there."""
    permits.check("people.administer", bearer().roles)
    return jsonify([row._asdict() for row in known.list_sites()])


@bp.patch("/departments/<code>")
@bp.arguments(NamesIn)
@bp.response(204)
@permit("department.rename")
@repeatable
def rename(body: dict[str, Any], code: str) -> Nothing:
    """Call a department by other names."""
    service.rename_department(bearer(), code, **body, now=clock.now())
    return "", 204


@bp.patch("/offices/<code>")
@bp.arguments(NamesIn)
@bp.response(204)
@permit("office.rename")
@repeatable
def rename_office(body: dict[str, Any], code: str) -> Nothing:
    """Call an office by other names; its code stays. A new office is proposed under /changes."""
    service.rename_office(bearer(), code, **body, now=clock.now())
    return "", 204


def _term(term: known.TermView, emails: dict[int, str]) -> dict[str, Any]:
    until = term.until_on.isoformat() if term.until_on else None
    return {
        "member": emails[term.member],
        "acting": term.acting,
        "from_on": term.from_on.isoformat(),
        "until_on": until,
    }


def _one(email: str, status: int) -> Response:
    now = clock.now()
    member, profile = queries.find_actor_by_email(email, now), known.find_profile(email)
    if member is None:
        raise NotFound
    above = queries.find_manager(member.id, queries.today(now))
    body = {
        **messages.oneself(member), "site": profile.site_code, "manager": queries.email_of(above) if above else None,
        "created_at": profile.created_at.isoformat(), "away": queries.presence([member.id], now)[member.id].away,
        "left_at": profile.deactivated_at.isoformat() if profile.deactivated_at else None,
    }  # fmt: skip
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_organisation.show", email=member.email)
    return tagged(response, f"{hash_of(body)}")


def hash_of(body: dict[str, Any]) -> str:
    """A tag that changes with what is said."""
    return fingerprint(repr(sorted(body.items())))[:16]
