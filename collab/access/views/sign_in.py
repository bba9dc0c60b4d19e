"""Signing in at the company's provider, and proving it again before an act of consequence.

A GET of `/sign-in` starts nothing; the button posts, and the answer leads on to the provider by a `Refresh` header and a link:
a redirection out of a form would be stopped by the policy that keeps our forms to ourselves, wherever the provider leads on.
"""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from collab.access import provider
from collab.access.rules.keys import SAMPLE
from collab.access.rules.refusals import PASSING, SignInRefused
from collab.access.service import identities, sessions
from collab.access.views import attempts
from collab.access.views.attempts import Attempt
from collab.access.views.doors import base_url, find_way, get_way, list_ways, redirect_uri, sign_in_settings
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.permits import permit
from collab.mail.client import configured
from collab.web import limits
from collab.web.identity import SignedIn, current_member, find_member, reader
from collab.web.pages import way_back

log = structlog.get_logger(__name__)
bp = Blueprint("sign_in", __name__, template_folder="../templates", url_prefix="/sign-in")


@bp.get("")
@permit("access.sign_in")
def show() -> AnyResponse:
    """How one gets in, or proves to be there still."""
    member, again = find_member(), request.args.get("again") == "1"
    leads_to = way_back("/")
    if member is not None and not again:
        return redirect(leads_to, 303)
    sample = sign_in_settings().demo
    if sample and member is None:
        return redirect(f"/?{urlencode({'next': leads_to})}", 303)
    known = member if again else None
    return make_response(
        render_template(
            "access/sign_in.html", ways=list_ways(known), member=known, leads_to=leads_to, sample=sample,
            sign_out_there=_sign_out_there(), mails=configured() and (known is None or known.is_partner),
        )
    )  # fmt: skip


@bp.post("")
@permit("access.sign_in")
def begin() -> AnyResponse:
    """Leave for the provider; in the sample company, confirm by pressing."""
    limits.spend("sign_in", request.remote_addr)
    now, again = clock.now(), request.form.get("again") == "1" and find_member() is not None
    leads_to = way_back("/")
    if again and sign_in_settings().demo:
        return _enter(current_member(), SAMPLE, leads_to)
    try:
        way = get_way(request.form.get("way", ""))
        url, question = provider.ask(way.provider, redirect_uri(), again=again, locale=reader().locale)
    except SignInRefused as refusal:
        return _refused(refusal, leads_to)
    attempts.hold(Attempt(way.door.name, question, leads_to), now=now)
    response = make_response(render_template("access/leaving.html", url=url, issuer=way.door.issuer))
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/callback")
@permit("access.sign_in")
def come_back() -> AnyResponse:
    """Back from the provider."""
    limits.spend("sign_in", request.remote_addr)
    leads_to, now = "/", clock.now()
    try:
        attempt = attempts.take(request.args.get("state", ""), now=now)
        leads_to = attempt.leads_to
        identities.spend(attempt.question.state, now=now)
        way = get_way(attempt.door)
        came = request.args.to_dict()
        who = provider.answer(way.provider, way.door, attempt.question, came, redirect_uri=redirect_uri(), now=now)
        member = identities.recognise(way.door, who, now=now)
        limits.spend("sign_in_account", member.id)
        if attempt.question.again:
            _the_same(member)
    except SignInRefused as refusal:
        return _refused(refusal, leads_to)
    return _enter(member, attempt.door, leads_to, proved=who)


def _the_same(member: Actor) -> None:
    """Whoever proves it again is the one who was asked to."""
    here = find_member()
    if here is not None and here.id != member.id:
        raise SignInRefused("other_member", member=member.email)


def _enter(member: Actor, way: str, leads_to: str, *, proved: provider.Proven | None = None) -> AnyResponse:
    """A new session instead of the one this browser had, and nothing else of what it held."""
    now = clock.now()
    proved_at = proved.proved_at if proved else now
    before = current_user.id if current_user.is_authenticated else None
    browser = request.user_agent.string
    secret = sessions.sign_in(member, browser=browser, way=way, now=now, proved_at=proved_at, instead_of=before)
    session.clear()
    login_user(SignedIn(secret, member, proved_at))
    return redirect(leads_to, 303)


def _refused(refusal: SignInRefused, leads_to: str) -> Response:
    """What went wrong and what helps, in the reader's words; the log has the reason and no secret."""
    log.warning("access.sign_in_refused", reason=refusal.reason, detail=refusal.detail, member=refusal.member)
    if refusal.member is not None:
        identities.note_refusal(refusal.reason, refusal.member, now=clock.now())
    again = f"/sign-in?{urlencode({'next': leads_to})}"
    status = 503 if refusal.reason in PASSING else refusal.status
    page = render_template("access/refused.html", reason=refusal.reason, what=refusal.text, again=again, status=status)
    return make_response(page, status)


def _sign_out_there() -> str:
    """Where whoever just left may sign out of the provider as well; empty where that is not known."""
    way = find_way(request.args.get("left", ""))
    try:
        address = way.knowledge.end_session if way else None
    except SignInRefused:
        address = None
    if way is None or address is None:
        return ""
    back = {"client_id": way.door.client_id, "post_logout_redirect_uri": f"{base_url()}/sign-in"}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(back)}"
