"""The API of delegations and secretaries."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.company import company
from collab.kernel.money import Money
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.queries import DelegationView
from collab.people.schemas.standing_in import DelegationIn, DelegationOut, SecretaryIn, SecretaryOut
from collab.people.service import Terms
from collab.web.api import blueprint, paged, repeatable, window
from collab.web.identity import bearer

bp = blueprint("standing_in", "Delegations (委任) and secretaries")
Nothing = tuple[str, int]


@bp.get("/me/delegations")
@bp.response(200, DelegationOut(many=True))
@permit("delegation.list")
def delegations() -> Response:
    """What you delegated, what is delegated to you, and what waits for your confirmation."""
    permits.check("delegation.list", bearer().roles)
    return jsonify(_written(queries.list_delegations(bearer().id, clock.now())))


@bp.get("/delegations")
@bp.response(200, DelegationOut(many=True))
@permit("delegation.show")
def every_delegation() -> Response:
    """Every delegation, the newest first, also those that ended: for auditors and administrators."""
    permits.check("delegation.show", bearer().roles)
    offset, size = window()
    found, total = queries.list_all_delegations(offset=offset, limit=size)
    return paged(jsonify(_written(found)), total)


@bp.post("/me/delegations")
@bp.arguments(DelegationIn)
@bp.response(201, DelegationOut)
@permit("delegation.propose")
@repeatable
def propose(body: dict[str, Any]) -> tuple[Response, int]:
    """Propose a delegation; it counts once the second person has confirmed it: the deputy, or the principal where somebody
    else proposes it."""
    found = service.propose_delegation(
        bearer(), deputy=body["deputy"], principal=body.get("principal"), terms=terms_of(body), now=clock.now()
    )
    return jsonify(_written([found])[0]), 201


@bp.post("/delegations/<int:number>/confirm")
@bp.response(200, DelegationOut)
@permit("delegation.confirm")
@repeatable
def confirm(number: int) -> Response:
    """Confirm it, as the second person; it counts from now on."""
    return jsonify(_written([service.confirm_delegation(bearer(), number, now=clock.now())])[0])


@bp.post("/delegations/<int:number>/end")
@bp.response(200, DelegationOut)
@permit("delegation.end")
@repeatable
def end(number: int) -> Response:
    """End it, or turn it down."""
    return jsonify(_written([service.end_delegation(bearer(), number, now=clock.now())])[0])


@bp.get("/me/secretaries")
@bp.response(200, SecretaryOut(many=True))
@permit("delegation.list")
def secretaries() -> Response:
    """Who assists you, and whom you assist."""
    permits.check("delegation.list", bearer().roles)
    return jsonify(_arrangements(bearer().id))


@bp.post("/me/secretaries")
@bp.arguments(SecretaryIn)
@bp.response(201, SecretaryOut(many=True))
@permit("secretary.name")
@repeatable
def name_secretary(body: dict[str, Any]) -> tuple[Response, int]:
    """Name a secretary: they see the inbox and set absences, and decide nothing. The answer is the principal's list."""
    caller, now = bearer(), clock.now()
    service.name_secretary(caller, secretary=body["secretary"], principal=body.get("principal"), now=now)
    whose = queries.find_actor_by_email(body.get("principal") or caller.email, now)
    return jsonify(_arrangements(whose.id if whose else caller.id)), 201


@bp.post("/secretaries/<int:number>/end")
@bp.response(204)
@permit("secretary.end")
@repeatable
def end_secretary(number: int) -> Nothing:
    """They assist no longer."""
    service.end_secretary(bearer(), number, now=clock.now())
    return "", 204


def terms_of(body: dict[str, Any]) -> Terms:
    """What a body or a form says is delegated."""
    return Terms(
        body["from_on"], body["until_on"], tuple(body.get("categories") or ()), body.get("limit"), bool(body.get("may_decide")),
        body.get("reason"),
    )  # fmt: skip


def _written(found: list[DelegationView]) -> list[dict[str, Any]]:
    emails = queries.emails_of(
        member for one in found for member in (one.principal, one.deputy, one.proposed_by, one.confirm_by)
    )
    currency = company().currency
    return [
        messages.delegation(one, emails, str(Money(one.limit_minor, currency)) if one.limit_minor else None)
        for one in found
    ]


def _arrangements(member: int) -> list[dict[str, Any]]:
    rows = queries.list_secretaries(member)
    emails = queries.emails_of(one for row in rows for one in (row.principal_id, row.secretary_id))
    return [messages.secretary(row, emails) for row in rows]
