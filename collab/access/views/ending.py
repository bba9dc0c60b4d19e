"""An administrator ends everything that opens the door in a member's name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.access.queries.keys import count_open
from collab.access.service import ending
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("ending_access", __name__, template_folder="../templates", url_prefix="/admin/access")


@bp.get("/<email>/end")
@permit("access.end_all")
def ask(email: str) -> str:
    """What would end."""
    whose, now = _whose(email), clock.now()
    sessions, tokens = count_open(whose.id, now)
    return render_template("access/end_all.html", whose=whose, sessions=sessions, tokens=tokens)


@bp.post("/<email>/end")
@permit("access.end_all")
def end(email: str) -> Response:
    """End it all at once."""
    whose, now = _whose(email), clock.now()
    require_recent_proof(now)
    forget = request.form.get("forget") == "1"
    sessions, tokens = ending.end_all(current_member(), whose.email, forget=forget, now=now)
    flash(reader().say("access.end_all.done", who=whose, sessions=sessions, tokens=tokens), "success")
    return redirect(f"/admin/access/{whose.email}/end", 303)


def _whose(email: str) -> Actor:
    permits.check("access.end_all", current_member().roles)
    found = people.find_actor_by_email(email, clock.now())
    if found is None:
        raise NotFound
    return found
