"""`/admin/delegations`: everything delegated in the company, in force and proposed; ending one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template

from collab.kernel import clock
from collab.kernel.company import company
from collab.kernel.errors import NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.messages import delegation_facts, delegation_now
from collab.people.queries import DelegationView
from collab.people.queries.standing_in import list_open_delegations
from collab.people.views.admin.base import Answer, administrator
from collab.web.identity import current_member, reader

bp = Blueprint("admin_delegations", __name__, url_prefix="/admin/delegations")
HERE = "/admin/delegations"


@bp.get("")
@permit("people.administer")
def index() -> str:
    """Those in force or to come, and those that wait for somebody's yes."""
    me = administrator()
    how, now = reader(), clock.now()
    rows = [_row(one, how, now) for one in list_open_delegations(now)]
    may_end = permits.allows("delegation.end", me.roles, "confirmed")
    return render_template("people/admin/delegations.html", rows=rows, may_end=may_end)


@bp.post("/<int:number>/end")
@permit("delegation.end")
def end(number: int) -> Answer:
    """End one, or turn it down."""
    how = reader()
    try:
        service.end_delegation(current_member(), number, now=clock.now())
    except NotNow as late:
        flash(how.say(late.text), "warning")
    else:
        flash(how.say("delegation.page.ended"), "success")
    return redirect(HERE, 303)


def _row(one: DelegationView, how: Reader, now: datetime) -> dict[str, Any]:
    names = queries.names_of([one.principal, one.deputy, one.proposed_by, one.confirm_by])
    shown = delegation_now(one, names, 0, company().currency, HERE, how)
    word = "upcoming" if one.state == "confirmed" and one.from_on > queries.today(now) else one.state
    waits = how.name(names[one.confirm_by]) if one.state == "proposed" else ""
    return {
        "id": one.id, "key": one.key, "principal": shown.principal, "deputy": shown.deputy, "state": word, "waits": waits,
        "word": how.say(f"delegation.word.{word}"), "reason": one.reason or "",
        "facts": [[how.say(label), value] for label, value in delegation_facts(shown, how)],
    }  # fmt: skip
