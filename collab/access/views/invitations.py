"""Coming in as a guest: by an invitation, and back by a link. Opening a page changes nothing: mail scanners follow links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from collab.access.queries import invitations as queries
from collab.access.rules.invitations import OPEN
from collab.access.service import inviting, returning, sessions
from collab.access.service.inviting import Entered
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.mail.client import configured
from collab.people import queries as people
from collab.people.queries import guests
from collab.web import limits
from collab.web.identity import SignedIn, find_member, reader

bp = Blueprint("guests", __name__, template_folder="../templates")


@bp.get("/invitations/<code>")
@permit("invitation.open")
def show(code: str) -> Response:
    """Who invites, to what, until when; nothing happens by looking."""
    now, me = clock.now(), find_member()
    try:
        found = queries.get_by_code(code, now)
    except NotFound:
        return _over("invitation_unknown", 404)
    if me is not None and me.email != found.email:
        return _over("invitation_other", 409)
    if found.state != OPEN:
        return _over(f"invitation_{found.state}", 409)
    inviter = people.get_actor(found.inviter, now)
    return _kept_by_nobody(
        render_template(
            "access/invitation.html", found=found, inviter=inviter, company=company(), partner=guests.find_partner(found.partner),
            promised=queries.list_promised(found, now), code=code,
            until=Reader(reader().locale, company().zone).moment(found.expires_at),
        )
    )  # fmt: skip


@bp.post("/invitations/<code>")
@permit("invitation.open")
def accept(code: str) -> Response:
    """Accept it: from now on they are a guest, and signed in."""
    return _enter(lambda browser: inviting.accept(code, signed_in=find_member(), browser=browser, now=clock.now()))


@bp.get("/sign-in/link")
@permit("guest.return")
def ask() -> Response:
    """A guest may ask for a link by mail."""
    return make_response(_asking())


@bp.post("/sign-in/link")
@permit("guest.return")
def send() -> Response:
    """The answer is the same whoever asks: it tells nobody which addresses are known."""
    email = request.form.get("email", "").strip()[:254]
    if "@" not in email:
        return make_response(_asking(error=reader().say("people.problem.bad_address"), email=email), 422)
    limits.spend("sign_in", request.remote_addr)
    limits.spend("sign_in_link", email.lower())
    returning.ask(email, now=clock.now())
    return make_response(_asking(asked=email))


@bp.get("/sign-in/link/<code>")
@permit("guest.return")
def offer(code: str) -> Response:
    """Ask for one press more: what only looks at links signs nobody in, and uses nothing up."""
    now = clock.now()
    guest = returning.usable(queries.find_link(code), now)
    if guest is None:
        return _over("sign_in_link_over", 409)
    return _kept_by_nobody(render_template("access/back.html", guest=guest, code=code, company=company()))


@bp.post("/sign-in/link/<code>")
@permit("guest.return")
def come_back(code: str) -> Response:
    """Sign in."""
    return _enter(lambda browser: returning.enter(code, browser=browser, now=clock.now()))


def _enter(act: Callable[[str], Entered]) -> Response:
    """Let somebody in, or say why not on a page of its own."""
    limits.spend("sign_in", request.remote_addr)
    try:
        entered = act(request.user_agent.string)
    except NotFound:
        return _over("invitation_unknown", 404)
    except NotNow as refused:
        return _over(refused.said_code, refused.status)
    return _signed_in(entered.member, entered.session)


def _signed_in(member: Actor, secret: str) -> Response:
    """In this browser; whoever was signed in here before is signed out."""
    now = clock.now()
    if current_user.is_authenticated:
        sessions.sign_out(current_user.id, now=now)
    session.clear()
    login_user(SignedIn(secret, member, now))
    return redirect("/", 303)


def _asking(**more: Any) -> str:
    return render_template("access/ask_back.html", mail=configured(), **{"error": "", "email": "", "asked": "", **more})


OVER = frozenset({
    "invitation_unknown", "invitation_accepted", "invitation_revoked", "invitation_expired", "invitation_other", "sign_in_link_over",
})  # fmt: skip
"""Why a link opens nothing; each has a page of its own."""


def _over(code: str, status: int) -> Response:
    """Why it opens nothing, and what to do. What was decided at the same moment by somebody else is "used" by now."""
    why = code if code in OVER else "invitation_accepted"
    return _kept_by_nobody(render_template("access/over.html", why=why, other=why == "invitation_other"), status)


def _kept_by_nobody(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
