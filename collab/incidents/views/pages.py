"""Pages of brand incidents: raising one, the list, one incident as big as a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.incidents import queries, service
from collab.incidents.queries import Filter
from collab.incidents.rules import OPEN
from collab.incidents.schemas import IncidentIn
from collab.incidents.views import paper
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader
from collab.web.moments import age_words

bp = Blueprint("incidents", __name__, template_folder="../templates")
PAGE = 20


@bp.get("/incidents")
@permit("incident.list")
def index() -> str:
    """Open ones first."""
    me, how = current_member(), reader()
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    found, total = queries.list_incidents(me, Filter(), offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "incidents/list.html", rows=_rows(found, how), total=total, page=page, pages=-(-total // PAGE),
        may_raise=permits.allows("incident.raise", me.roles),
    )  # fmt: skip


def _rows(found: Sequence[Any], how: Reader) -> list[dict[str, Any]]:
    units = {row.code: how.name(row) for row in people.list_departments()}
    names = people.names_of(one for row in found for one in (row.raised_by_id, row.taken_by_id) if one)
    now = clock.now()
    return [
        {
            "key": row.key, "title": row.title, "state": row.state, "department": units[row.department_code],
            "who": how.name(names[row.taken_by_id]) if row.taken_by_id else "", "age": age_words(row.raised_at, now, how),
            "open": row.state in OPEN, "due": paper.reply_words(row, now, how), "due_state": paper.reply_state(row, now),
        }
        for row in found
    ]  # fmt: skip


@bp.get("/alert")
@permit("incident.raise")
def new() -> str:
    """The form: one field is enough."""
    me = current_member()
    permits.check("incident.raise", me.roles)
    given = {name: request.args[name][:2000] for name in ("text", "link") if name in request.args}
    return _form(me, given)


@bp.post("/alert")
@permit("incident.raise")
def create() -> str | Response | tuple[str, int]:
    """Raise it; nothing typed is lost."""
    me = current_member()
    typed = {name: request.form.get(name, "") for name in ("text", "department", "link", "since_at")}
    try:
        fields = load(IncidentIn(), {**typed, "since_at": local_moment(typed["since_at"], me)})
        made = service.raise_alert(me, fields, now=clock.now())
    except Invalid as refused:
        return _form(me, typed, refused), refused.status
    flash(reader().say("incident.page.raised", names=paper.paged_names(made)), "success")
    return redirect(f"/incidents/{made.key}", 303)


def local_moment(written: str, me: Actor) -> str:
    """What a browser's field for a moment sends has no zone: it is the writer's."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(me.zone)).isoformat() if written else ""
    except ValueError:
        return written


def _form(_me: Actor, values: Mapping[str, str], refused: Invalid | None = None) -> str:
    how = reader()
    return render_template(
        "incidents/alert.html", values=values, departments=people.list_open_departments(keep=values.values()),
        errors={path: how.say(text) for path, text in refused.fields.items()} if refused else {},
    )  # fmt: skip


@bp.get("/incidents/<key>")
@permit("incident.show")
def show(key: str) -> str:
    """One incident: where it stands, big enough for a phone; the timeline; what may be done."""
    return sheet(paper.view_of(current_member(), key, reader(), clock.now()))


def sheet(view: paper.View, **more: Any) -> str:
    """The page; `more` says what went wrong with a press: `problem`, `typed`, `errors`."""
    return render_template("incidents/show.html", **paper.page(view), **more)
