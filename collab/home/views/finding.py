"""Finding things of every kind."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel.errors import NotFound
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit, permits
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
