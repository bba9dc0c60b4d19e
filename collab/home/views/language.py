"""Choosing the language."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit
from collab.people import service
from collab.web.identity import find_member, language_cookie
from collab.web.pages import YEAR, way_back

bp = Blueprint("language", __name__)


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
        language_cookie(),
        wanted,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
