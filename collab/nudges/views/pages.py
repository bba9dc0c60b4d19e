"""Pages: how I am told things, and for those who look after the service how often people are asked to act."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.mail.client import configured
from collab.nudges import messages, queries
from collab.nudges.rules.times import said_time
from collab.nudges.rules.weeks import week_named
from collab.nudges.schemas import NotificationsIn, WeekIn
from collab.nudges.views import choices
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("nudges", __name__, template_folder="../templates")
Answer = Response | tuple[str, int] | str


@bp.get("/me/notifications")
@permit("nudge.own")
def show() -> str:
    """How I am told things."""
    me = current_member()
    permits.check("nudge.own", me.roles)
    return _page(me, {}, _typed(me))


@bp.post("/me/notifications")
@permit("nudge.own")
def change() -> Answer:
    """Choose it."""
    me, form = current_member(), request.form
    quiet = {"from": form.get("quiet_from", ""), "until": form.get("quiet_until", "")} if "quiet" in form else None
    wanted: dict[str, Any] = {
        "reminder": {"daily": "daily" in form, "at": _own(me, form.get("at", ""))},
        "quiet": quiet,
    }
    if configured():
        wanted["by_mail"] = "by_mail" in form
    try:
        choices.choose(me, load(NotificationsIn(), wanted), clock.now())
    except Invalid as refused:
        errors = {_FIELDS.get(path, path): reader().say(text) for path, text in refused.fields.items()}
        return _page(me, errors, form.to_dict()), refused.status
    flash(reader().say("nudge.page.saved"), "success")
    return redirect("/me/notifications", 303)


@bp.get("/admin/attention")
@permit("nudge.report")
def attention() -> str:
    """How often everybody with an office or a department was asked to act in a week."""
    permits.check("nudge.report", current_member().roles)
    now = clock.now()
    week = load(WeekIn(), request.args.to_dict()).get("week") or week_named(now, ZoneInfo(company().zone))
    rows = queries.list_attention(week, now)
    return render_template(
        "nudges/attention.html", rows=rows, week=week, budget=queries.pattern().budget, offices=people.offices(),
        departments={row.code: row for row in people.list_departments()},
    )  # fmt: skip


_FIELDS = {"reminder.at": "at", "quiet.from": "quiet_from", "quiet.until": "quiet_until"}


def _page(me: Actor, errors: dict[str, str], typed: dict[str, Any]) -> str:
    habits, week = queries.get_habits(me), week_named(clock.now(), ZoneInfo(me.zone))
    return render_template(
        "nudges/notifications.html", errors=errors, typed=typed, zone=me.zone, mail=configured(),
        lines=messages.habit_lines(habits, me.zone, reader()), asked=queries.must_acts(me, week), budget=queries.pattern().budget,
    )  # fmt: skip


def _own(me: Actor, at: str) -> str | None:
    """The time typed; None while it is the one that holds anyway."""
    habits = queries.get_habits(me)
    return None if not at or (habits.own_at is None and at == said_time(habits.at)) else at


def _typed(me: Actor) -> dict[str, str]:
    """What the form shows before anybody typed."""
    habits = queries.get_habits(me)
    shown = {"daily": "1" if habits.daily else "", "at": said_time(habits.at), "quiet": "1" if habits.quiet else ""}
    shown["by_mail"] = "1" if habits.by_mail else ""
    if habits.quiet:
        shown |= {"quiet_from": said_time(habits.quiet.starts), "quiet_until": said_time(habits.quiet.ends)}
    return shown
