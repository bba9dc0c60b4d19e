"""One's own page: language, days away, Slack."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.schemas.standing_in import AbsenceIn
from collab.web.identity import current_member, reader

bp = Blueprint("mine", __name__, template_folder="../templates", url_prefix="/me")


@bp.get("")
@permit("people.me")
def show() -> Response:
    """Everything about oneself."""
    return _page(current_member())


@bp.post("/absence")
@permit("absence.own")
def be_away() -> AnyResponse:
    """Be away."""
    me = current_member()
    typed = {name: request.form.get(name, "") for name in ("from_on", "until_on", "deputy")}
    try:
        days = load(AbsenceIn(), typed)
        service.be_away(
            me, from_on=days["from_on"], until_on=days["until_on"], deputy=days.get("deputy"), now=clock.now()
        )
    except Invalid as refusal:
        errors = {path: reader().say(text) for path, text in refusal.fields.items()}
        return _page(me, status=refusal.status, errors=errors, typed=typed)
    return _back("people.page.away_set")


@bp.post("/back")
@permit("absence.own")
def be_back() -> AnyResponse:
    """Be back."""
    service.be_back(current_member(), now=clock.now())
    return _back("people.page.back_set")


def _back(word: str) -> AnyResponse:
    flash(reader().say(word), "success")
    return redirect("/me", 303)


def _page(me: Actor, *, status: int = 200, **more: Any) -> Response:
    now = clock.now()
    absences = queries.list_absences(me.id, now)
    others = [
        actor for actor in queries.list_actors(now) if actor.active and not actor.is_partner and actor.id != me.id
    ]
    return make_response(
        render_template(
            "people/me.html", **{"errors": {}, "typed": {}, **more}, absences=absences, others=others,
            deputies=queries.names_of(row.deputy_id for row in absences if row.deputy_id),
            accounts=queries.list_slack_accounts(me.id),
            departments={row.code: row for row in queries.list_departments()}, offices=queries.offices(),
            may_be_away=permits.allows("absence.own", me.roles),
        ),
        status,
    )  # fmt: skip
