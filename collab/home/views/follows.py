"""What I follow and mute: everything of a kind, and single things."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit, permits
from collab.subjects import queries as subjects
from collab.subjects import service
from collab.subjects.registry import registry
from collab.subjects.rules import all_of, is_whole_kind
from collab.web.identity import current_member, reader

bp = Blueprint("follows", __name__)
PAGE = "/me/follows"
NONE = "none"


@bp.get(PAGE)
@permit("subject.follow")
def show() -> str:
    """All of it."""
    me, how = current_member(), reader()
    permits.check("subject.follow", me.roles)
    wishes = {row.key: row.wish for row in subjects.list_wishes(me.id)}
    things = [key for key in wishes if not is_whole_kind(key)]
    seen = subjects.list_summaries(me, things)
    kinds = [
        (key := all_of(f"{kind.prefix}-"), how.say(f"subject.all.{kind.code}"), wishes.get(key, NONE))
        for kind in registry.kinds
    ]
    return render_template(
        "home/follows.html", kinds=kinds, things=[(key, seen.get(key), wishes[key]) for key in things],
        choices=[(wish, how.say(f"subject.page.wish.{wish}")) for wish in (*service.WISHES, NONE)],
    )  # fmt: skip


@bp.post(PAGE)
@permit("subject.follow")
def change() -> Response:
    """One of them."""
    me, key, wish = current_member(), request.form.get("key", ""), request.form.get("wish", "")
    permits.check("subject.follow", me.roles)
    if wish not in (*service.WISHES, NONE):
        raise NotFound
    service.wish(me, key, None if wish == NONE else wish, now=clock.now())
    flash(reader().say("subject.page.saved"), "success")
    return redirect(PAGE, 303)
