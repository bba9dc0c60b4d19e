"""Partners: their guests, who invited them, until when, what is shared with each; inviting, staying longer, ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.access.queries import invitations as queries
from collab.access.queries.invitations import PAGE, InvitationView, Visit
from collab.access.registry import sharings
from collab.access.rules.invitations import EXPIRED, LONGEST, OPEN, usual_end
from collab.access.schemas.invitations import InvitationIn
from collab.access.service import inviting, letters, returning, staying
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.fields import load
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit, permits
from collab.mail.client import configured
from collab.people import queries as people
from collab.people.queries import guests
from collab.web import limits
from collab.web.identity import current_member, reader

bp = Blueprint("partners", __name__, template_folder="../templates", url_prefix=PAGE)
FIELDS = ("name", "email", "partner", "until_on", "locale", "keys")


@bp.get("")
@permit("partner.list")
def index() -> Response:
    """Partners with their guests."""
    return _page()


@bp.post("/invitations")
@permit("invitation.send")
def invite() -> Response:
    """Invite a guest; nothing typed is lost."""
    me, now = current_member(), clock.now()
    typed = {name: request.form.get(name, "")[:1000] for name in FIELDS}
    limits.spend("invitation", me.id)
    try:
        sent = inviting.invite(me, load(InvitationIn(), {**typed, "keys": _keys(typed["keys"])}), now=now)
    except Invalid as refused:
        errors = {path.partition(".")[0]: reader().say(text) for path, text in refused.fields.items()}
        return _page(refused.status, typed=typed, errors=errors)
    except NotNow as refused:
        return _page(refused.status, typed=typed, errors={"email": reader().say(refused.text)})
    return _told(letters.send(me, sent, now=now), "invitation.page.sent")


@bp.post("/invitations/<int:number>/again")
@permit("invitation.again")
def again(number: int) -> Response:
    """A new link; the old one opens nothing any more."""
    me, now = current_member(), clock.now()
    limits.spend("invitation", me.id)
    return _told(letters.send(me, inviting.send_again(me, number, now=now), now=now), "invitation.page.sent")


@bp.post("/invitations/<int:number>/revoke")
@permit("invitation.revoke")
def revoke(number: int) -> Response:
    """Take it back."""
    return _done("invitation.page.revoked", lambda me, now: inviting.revoke(me, number, now=now))


@bp.post("/guests/<int:number>/extend")
@permit("guest.extend")
def extend(number: int) -> Response:
    """Ninety days longer, by one press."""
    me, how = current_member(), reader()
    until = staying.extend(me, number, now=clock.now())
    flash(how.say("invitation.page.extended", day=until), "success")
    return redirect(PAGE, 303)


@bp.post("/guests/<int:number>/end")
@permit("guest.end")
def end(number: int) -> Response:
    """They may not come any more."""
    return _done("invitation.page.ended", lambda me, now: staying.end(me, number, now=now))


@bp.post("/guests/<int:number>/link")
@permit("guest.link")
def link(number: int) -> Response:
    """A link to pass on, where no mail can be sent."""
    code = returning.make_link(current_member(), number, now=clock.now())
    return _told(letters.link_address(code), "invitation.page.sent")


def _done(word: str, act: Callable[[Actor, datetime], object]) -> Response:
    act(current_member(), clock.now())
    flash(reader().say(word), "success")
    return redirect(PAGE, 303)


def _told(address: str, word: str) -> Response:
    """A letter is on its way; or the page shows the link, this once."""
    if address:
        return _page(link=address)
    flash(reader().say(word), "success")
    return redirect(PAGE, 303)


def _keys(typed: str) -> list[str]:
    """Keys as people separate them."""
    parts = typed.replace("、", " ").replace(",", " ").split()
    return [as_typed(part) or part[:40] for part in parts]


def _page(
    status: int = 200, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None, link: str = ""
) -> Response:
    me, now = current_member(), clock.now()
    permits.check("partner.list", queries.standing(me))
    visits, invitations = queries.list_visits(me), _waiting(me, now)
    names = people.names_of(
        {one.inviter for one in invitations} | {one.inviter for one in visits if one.inviter is not None}
    )
    usual = {"until_on": usual_end(people.today(now)).isoformat(), "locale": me.locale}
    response = make_response(
        render_template(
            "access/partners.html", firms=_firms(me, visits), waiting=invitations, names=names, link=link, mail=configured(),
            typed=typed or usual, errors=errors or {}, partners=guests.list_partners(), longest=LONGEST.days,
            may_invite=permits.allows("invitation.send", me.roles), kinds=sorted(sharings), today=people.today(now),
            can=lambda verb, one, state: permits.allows(verb, queries.relations(me, one), state),
        ),
        status,
    )  # fmt: skip
    if link:
        response.headers["Cache-Control"] = "no-store"
    return response


def _waiting(me: Actor, now: datetime) -> list[InvitationView]:
    """What nobody has taken up, the newest first."""
    return [one for state in (OPEN, EXPIRED) for one in queries.list_invitations(me, now, state=state)[0]]


def _firms(me: Actor, visits: list[Visit]) -> list[dict[str, Any]]:
    """Partners with their guests: those who are here first. Who sees only their own guests reads of no other partner's."""
    found = []
    for firm in guests.list_partners():
        theirs = [one for one in visits if one.guest.partner == firm.code]
        if theirs or me.is_admin or me.is_auditor:
            found.append({"firm": firm, "visits": sorted(theirs, key=lambda one: one.guest.left_at is not None)})
    return found
