"""Entering as a sample member, leaving, choosing the language."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, make_response, redirect, request, session
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.people import service
from collab.web.identity import LANGUAGE_COOKIE, SignedIn, find_member, reader
from collab.web.pages import YEAR, way_back

bp = Blueprint("access", __name__)


@bp.post("/enter")
@permit("access.enter")
def enter() -> Response:
    """Become a sample member; only in the sample company. Whoever was signed in before is signed out."""
    if not current_app.extensions["settings"].demo:
        raise NotFound
    now = clock.now()
    actor = people.find_actor_by_email(request.form.get("email", "")[:200], now)
    if actor is None or not actor.active:
        raise NotFound
    language = request.form.get("lang", "")
    if language in LOCALES and language != actor.locale:
        service.set_locale(actor, language, now=now)
    _end_session()
    secret = service.sign_in(actor, browser=request.user_agent.string, now=now)
    session.clear()
    login_user(SignedIn(secret, actor))
    return redirect(way_back("/"), 303)


@bp.post("/leave")
@permit("home.leave")
def leave() -> Response:
    """End this session here and in the database."""
    how = reader()
    _end_session()
    session.clear()
    flash(how.say("home.enter.left"), "success")
    return redirect("/", 303)


@bp.post("/language")
@permit("home.language")
def language() -> Response:
    """Read in the other language from now on: kept in the browser, and with the member who is signed in."""
    wanted = request.form.get("lang", "")
    response = make_response(redirect(way_back("/"), 303))
    if wanted not in LOCALES:
        return response
    member = find_member()
    if member is not None:
        service.set_locale(member, wanted, now=clock.now())
    response.set_cookie(
        LANGUAGE_COOKIE,
        wanted,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _end_session() -> None:
    if current_user.is_authenticated:
        service.sign_out(current_user.id, now=clock.now())
        logout_user()
