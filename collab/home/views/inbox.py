"""`/`: for a member what needs them, for a stranger the way in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab.digests.views import pages as digests
from collab.home import queries
from collab.home.queries import Guest, Running
from collab.home.views import lately, together
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.people import service as standing
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow
from collab.web.identity import current_member, find_member, reader
from collab.web.moments import age_words, due_state, due_words
from collab.web.pages import know_inbox_count, way_back

bp = Blueprint("home", __name__, template_folder="../templates")
AT_ONCE = 7
"""Rows of the inbox before "more"."""


@bp.get("/")
@permit("home.show")
def index() -> str | Response:
    """The inbox, or the way in."""
    member, how, now = find_member(), reader(), clock.now()
    return _inbox(member, how, now) if member else _door(how, now)


@bp.get("/inbox")
@permit("inbox.of")
def of_principal() -> str:
    """A principal's inbox, as their secretary reads it: nothing to press, a link only where the secretary may look."""
    member, how, now = current_member(), reader(), clock.now()
    principal = standing.principal_of(member, request.args.get("of", ""), now, "inbox.of")
    found = subjects.inbox(principal, now)
    seen = subjects.list_summaries(member, {row.key for row in found})
    rows = [{**_row(row, how, now), "action": "", "href": row.path if row.key in seen else ""} for row in found]
    return render_template("home/inbox_of.html", rows=rows, principal=principal)


def _inbox(member: Actor, how: Reader, now: datetime) -> str:
    found = subjects.inbox(member, now)
    know_inbox_count(len(found))
    glance = queries.get_glance(member, waiting={row.key for row in found}, now=now)
    rows = [_row(row, how, now) for row in found]
    late = sum(row["due_state"] == "late" for row in rows)
    soonest = next((row.due_at for row in found if row.due_at and row.due_at >= now), None)
    return render_template(
        "home/inbox.html", rows=rows[:AT_ONCE], more=rows[AT_ONCE:], late=late, soonest=soonest,
        running=[_line(thing, how, now) for thing in queries.list_running(member)], may_file="member" in member.roles,
        unreached=queries.why_unreached(member), batches=together.batches(member, found, how),
        circulated=together.circulated(member, found, how),
        digest=digests.latest(member, how, now), glance=glance, watched=queries.list_watched(member, now=now),
        may_see_boards=permits.allows("dashboard.show", member.roles), may_see_routes=permits.allows("routes.show", member.roles), review=lately.review(member, how, executives=True),
    )  # fmt: skip


def _row(row: InboxRow, how: Reader, now: datetime) -> dict[str, Any]:
    """One thing to do, as the component shows it; what is asked stands before the title."""
    return {
        "title": row.title, "href": row.path, "key": row.key, "kind": how.say(row.ask),
        "who": row.by_ja if how.locale == "ja" else row.by_en, "amount": how.show(row.amount) if row.amount else "",
        "age": age_words(row.since, now, how), "due": due_words(row.due_at, now, how),
        "due_state": due_state(row.due_at, now), "action": _action(row, how),
    }  # fmt: skip


def _action(row: InboxRow, how: Reader) -> str:
    word = "decide" if row.ask.key.endswith((".key", ".decide")) else row.actions[0] if row.actions else "open"
    return how.say(f"home.act.{word}" if how.knows(f"home.act.{word}") else "home.act.open")


def _line(thing: Running, how: Reader, now: datetime) -> dict[str, Any]:
    where = ""
    if thing.with_whom:
        where = how.say("home.with", names=list(thing.with_whom), time=how.ago(thing.since or now, now))
    elif thing.state == "draft":
        where = how.say("home.draft")
    return {"key": thing.key, "title": thing.title, "href": thing.path, "state": thing.state, "where": where}


def _door(how: Reader, now: datetime) -> str | Response:
    ways = current_app.extensions["settings"].sign_in
    if ways.providers:
        return redirect(f"/sign-in?{urlencode({'next': way_back('/')})}", 303)
    if not ways.demo:
        return render_template("home/closed.html")
    departments = {row.code: how.name(row) for row in people.list_departments()}
    guests = queries.list_guests(now)
    shown = [_guest(guest, departments, how) for guest in guests[1:] if guest.waiting or guest.special]
    rest = [_guest(guest, departments, how) for guest in guests[1:] if not (guest.waiting or guest.special)]
    first = _guest(guests[0], departments, how) if guests else None
    return render_template("home/enter.html", first=first, others=shown, rest=rest, action=url_for("access.enter"))


def _guest(guest: Guest, departments: dict[str, str], how: Reader) -> dict[str, Any]:
    actor = guest.actor
    return {
        "email": actor.email,
        "name": actor.name(how.locale),
        "post": _post(actor, departments, how),
        "n": guest.waiting,
    }


def _post(actor: Actor, departments: dict[str, str], how: Reader) -> str:
    """What somebody is called by: office, else role, else department."""
    if actor.offices:
        return how.say("list.comma").join(actor.offices)
    for role in ("auditor", "admin", "partner"):
        if getattr(actor, f"is_{role}"):
            return how.say(f"home.enter.{role}")
    if actor.leads:
        return how.say("home.enter.lead_of", department=departments.get(actor.leads[0], actor.leads[0]))
    return departments.get(actor.department or "", "")
