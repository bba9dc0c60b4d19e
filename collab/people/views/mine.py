"""One's own page: language, days away, browsers signed in, tokens, Slack."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import messages, queries, service
from collab.people.queries.actors import fingerprint
from collab.people.schemas import AbsenceIn, TokenIn
from collab.people.service.access import IDLE
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


@bp.post("/sessions/end")
@permit("access.own")
def end_session() -> AnyResponse:
    """Sign out one browser, or all of them."""
    me, wanted = current_member(), request.form.get("id", "")
    if wanted:
        service.revoke_session(me, wanted, now=clock.now())
    else:
        service.end_sessions(me, now=clock.now())
    return _back("people.page.session_ended")


@bp.post("/tokens")
@permit("access.own")
def create_token() -> AnyResponse:
    """Make a token and show it, this once."""
    me = current_member()
    try:
        label = load(TokenIn(), {"label": request.form.get("label", "")})["label"]
    except Invalid as refusal:
        return _page(
            me, status=refusal.status, errors={path: reader().say(text) for path, text in refusal.fields.items()}
        )
    return _page(me, secret=service.create_token(me, label=label, by=me, now=clock.now()))


@bp.post("/tokens/<int:token_id>/revoke")
@permit("access.own")
def revoke_token(token_id: int) -> AnyResponse:
    """End a token."""
    service.revoke_token(current_member(), token_id, now=clock.now())
    return _back("people.page.token_revoked")


def _back(word: str) -> AnyResponse:
    flash(reader().say(word), "success")
    return redirect("/me", 303)


def _page(me: Actor, *, status: int = 200, secret: str = "", **more: Any) -> Response:
    """The page; one that shows a secret is kept by nobody."""
    now = clock.now()
    absences = queries.list_absences(me.id, now)
    sessions = [{**messages.session(row, fingerprint(current_user.id)), "seen": row.seen_at} for row in _sessions(me)]
    others = [
        actor for actor in queries.list_actors(now) if actor.active and not actor.is_partner and actor.id != me.id
    ]
    response = make_response(
        render_template(
            "people/me.html", **{"errors": {}, "typed": {}, **more}, secret=secret, absences=absences, others=others,
            deputies=queries.names_of(row.deputy_id for row in absences if row.deputy_id), sessions=sessions,
            tokens=queries.list_tokens(me.id), accounts=queries.list_slack_accounts(me.id),
            departments={row.code: row for row in queries.list_departments()}, offices=queries.offices(),
            may_be_away=permits.allows("absence.own", me.roles),
        ),
        status,
    )  # fmt: skip
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _sessions(me: Actor) -> Any:
    now = clock.now()
    return queries.list_sessions(me.id, now, now - IDLE)
