"""Finding things and people."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.web.identity import current_member

bp = Blueprint("finding", __name__)
LONGEST = 200


@bp.get("/search")
@permit("search.use")
def search() -> str | Response:
    """Things of every kind by their words; a key that was typed leads straight there."""
    me = current_member()
    permits.check("search.use", me.roles)
    words = request.args.get("q", "")[:LONGEST].strip()
    key = as_typed(words)
    if key:
        try:
            return redirect(subjects.get_summary(me, key).path, 303)
        except NotFound:
            pass
    return render_template("home/search.html", words=words, found=subjects.search(me, words) if words else [])


@bp.get("/people")
@permit("people.list")
def everybody() -> str:
    """Who works where and holds what."""
    permits.check("people.list", current_member().roles)
    now = clock.now()
    active = [actor for actor in people.list_actors(now) if actor.active]
    here = people.presence([actor.id for actor in active], now)
    deputies = people.names_of(found.deputy for found in here.values() if found.deputy)
    departments = {row.code: row for row in people.list_departments()}
    return render_template("home/people.html", people=active, here=here, deputies=deputies, departments=departments)
