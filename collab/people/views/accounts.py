"""Pages about Slack accounts: tying one to oneself, and for administrators the ones that are nobody's."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.errors import Invalid, NotFound, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.schemas.accounts import AccountIn, LinkIn
from collab.slack import lookup
from collab.slack.accounts import Account
from collab.web.identity import current_member, find_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("accounts", __name__, template_folder="../templates")
MOST_SHOWN = 100


@bp.get("/link/<code>")
@permit("access.link")
def offer(code: str) -> str | Response:
    """Ask whether this Slack account is theirs; opening the page alone ties nothing."""
    if find_member() is None:
        return redirect(url_for("home.index", next=url_for("accounts.offer", code=code)), 303)
    offered = queries.find_link_offer(code, clock.now())
    if offered is None:
        raise NotNow("link_expired")
    account = _recognisable(offered.team_id, offered.user_id)
    return render_template("people/link.html", account=account, team=offered.team_id, code=code)


@bp.post("/link/<code>")
@permit("access.link")
def link(code: str) -> Response:
    """Yes, this Slack account is mine."""
    me, now = current_member(), clock.now()
    require_recent_proof(now)
    linked = service.link_by_code(me, code, now=now)
    account = lookup.peek(linked) if linked else None
    if account is not None:
        service.adopt_profile(me, account, now=now)
    flash(reader().say("people.page.linked"), "success")
    return redirect("/me#slack", 303)


@bp.post("/me/slack/disconnect")
@permit("access.own")
def disconnect_mine() -> Response:
    """Let my own account go."""
    me = current_member()
    service.unlink(me, me.email, now=clock.now())
    flash(reader().say("people.page.unlinked"), "success")
    return redirect("/me#slack", 303)


@bp.get("/people/slack")
@permit("access.unlinked")
def unlinked() -> str:
    """Accounts that are nobody's, members without one, and who has which."""
    me = current_member()
    permits.check("access.unlinked", me.roles)
    team = lookup.our_team()
    strangers = queries.list_strangers()
    return render_template(
        "people/slack.html", connected=lookup.connected(), team=team, most=MOST_SHOWN, may_connect=permits.allows("access.connect", me.roles),
        strangers=[row for row in strangers if row.dismissed_at is None], dismissed=[row for row in strangers if row.dismissed_at],
        unlinked=queries.list_unlinked(team) if lookup.connected() else [], linked=queries.list_linked(),
    )  # fmt: skip


@bp.post("/people/slack/dismiss")
@permit("access.connect")
def dismiss() -> Response:
    """This account is known to be nobody's."""
    me = current_member()
    permits.check("access.connect", me.roles)
    account = load(AccountIn(), _given("team", "user"))
    service.dismiss(me, account["team"], account["user"], now=clock.now())
    flash(reader().say("people.unlinked.dismissed"), "success")
    return redirect("/people/slack", 303)


@bp.get("/people/slack/connect")
@permit("access.connect")
def review() -> str | tuple[str, int]:
    """Both sides, to look at before anything is tied: the account, and the member once one is chosen."""
    me, now = current_member(), clock.now()
    permits.check("access.connect", me.roles)
    wanted = load(AccountIn(), _given("team", "user"))
    account = lookup.fetch(wanted["team"], wanted["user"])
    free = {row.email: row for row in queries.list_unlinked(wanted["team"]) if row.email != me.email}
    chosen = queries.find_actor_by_email(request.args.get("member", ""), now)
    if chosen is not None and chosen.email not in free:
        raise NotNow("other_account")
    suggested = account.email if account.email in free else ""
    asked = request.args.get("member")
    missing = "" if chosen or asked is None else reader().say("field.invalid" if asked else "field.required")
    page = render_template(
        "people/connect.html", account=account, team=wanted["team"], chosen=chosen, free=list(free.values()), suggested=suggested,
        departments={row.code: row for row in queries.list_departments()}, offices=queries.offices(), missing=missing,
    )  # fmt: skip
    return (page, Invalid.status) if missing else page


@bp.post("/people/slack/connect")
@permit("access.connect")
def connect() -> Response:
    """Tie them."""
    me = current_member()
    permits.check("access.connect", me.roles)
    require_recent_proof(clock.now())
    wanted = load(LinkIn(), _given("team", "user", "member"))
    account = lookup.fetch(wanted["team"], wanted["user"])
    service.connect(me, wanted["member"], account, wanted["team"], now=clock.now())
    flash(reader().say("people.unlinked.connected"), "success")
    return redirect("/people/slack", 303)


@bp.post("/people/slack/disconnect")
@permit("access.connect")
def disconnect() -> Response:
    """Let a member's account go."""
    me = current_member()
    permits.check("access.connect", me.roles)
    email = request.form.get("member", "")
    if not email:
        raise NotFound
    service.unlink(me, email, now=clock.now())
    flash(reader().say("people.page.unlinked"), "success")
    return redirect("/people/slack", 303)


def _recognisable(team_id: str, user_id: str) -> Account:
    """The account as Slack shows it now, else as it was when it last spoke to us."""
    seen = lookup.peek(user_id)
    if seen is not None:
        return seen
    known = queries.find_stranger(team_id, user_id)
    said = {"name": known.name, "handle": known.handle, "email": known.email} if known else {}
    return Account(user_id, frozenset(), **said)


def _given(*names: str) -> dict[str, str]:
    """What the form, or the address of the page, holds under these names."""
    return {name: request.values.get(name, "") for name in names}
