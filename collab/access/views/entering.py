"""Entering as a sample member, and leaving."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, session
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from collab.access.queries.keys import find_session
from collab.access.rules.keys import SAMPLE
from collab.access.service import sessions
from collab.access.views.doors import sign_in_settings
from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.people import service as people_service
from collab.web.identity import SignedIn, reader
from collab.web.pages import way_back

bp = Blueprint("access", __name__)


@bp.post("/enter")
@permit("access.enter")
def enter() -> Response:
    """Become a sample member; only in the sample company. Whoever was signed in before is signed out."""
    if not sign_in_settings().demo:
        raise NotFound
    now = clock.now()
    actor = people.find_actor_by_email(request.form.get("email", "")[:200], now)
    if actor is None or not actor.active:
        raise NotFound
    language = request.form.get("lang", "")
    if language in LOCALES and language != actor.locale:
        people_service.set_locale(actor, language, now=now)
    _end_session()
    secret = sessions.sign_in(actor, browser=request.user_agent.string, way=SAMPLE, now=now)
    session.clear()
    login_user(SignedIn(secret, actor, now))
    return redirect(way_back("/"), 303)


@bp.post("/leave")
@permit("home.leave")
def leave() -> Response:
    """End this session here and in the database; where it began at a provider, one may sign out there too."""
    how = reader()
    way = _end_session()
    session.clear()
    flash(how.say("home.enter.left"), "success")
    response = redirect(f"/sign-in?left={way}" if way in sign_in_settings().providers else "/", 303)
    response.headers["Clear-Site-Data"] = '"storage"'  # pages are in no cache, and emptying that takes browsers seconds
    return response


def _end_session() -> str | None:
    """End what this browser has open; how its member had come in."""
    if not current_user.is_authenticated:
        return None
    found = find_session(current_user.id, clock.now())
    sessions.sign_out(current_user.id, now=clock.now())
    logout_user()
    return found.way if found else None
