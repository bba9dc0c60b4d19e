"""Pages of data-sharing agreements: the list with the streaks, the form, one agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.agreements import queries, service
from collab.agreements.queries import Filter
from collab.agreements.rules import LAST_DAY, STATES, UNITS, WEEKDAYS
from collab.agreements.schemas import AgreementIn
from collab.agreements.views import paper
from collab.agreements.views.shapes import is_late
from collab.goals import queries as goals
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader
from collab.web.moments import due_state, due_words

bp = Blueprint("agreements", __name__, template_folder="../templates")
PAGE = 20
FIELDS = (
    "title", "data", "purpose", "goal", "giver.department", "giver.member", "receiver.department", "receiver.member",
    "cadence.every", "cadence.unit", "cadence.weekday", "cadence.day", "starts_on", "ends_on",
)  # fmt: skip


@bp.get("/agreements")
@permit("agreement.list")
def index() -> str:
    """What is due first; the streaks of each pair of departments."""
    me, how, now = current_member(), reader(), clock.now()
    chosen = {
        name: value for name in ("state", "mine", "department") if (value := request.args.get(name, "").strip()[:200])
    }
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    narrowed = Filter(chosen.get("state"), chosen.get("mine") == "yes", chosen.get("department"))
    found, total = queries.list_agreements(me, narrowed, offset=(page - 1) * PAGE, limit=PAGE)
    units = {row.code: how.name(row) for row in people.list_departments()}
    rest = {name: value for name, value in chosen.items() if name != "mine"}
    return render_template(
        "agreements/list.html", rows=_rows(found, units, how), total=total, page=page, pages=-(-total // PAGE), chosen=chosen,
        base=f"?{urlencode(chosen)}&page=" if chosen else "?page=", states=STATES, rest=urlencode(rest),
        departments=people.list_departments(), may_propose=permits.allows("agreement.propose", me.roles),
        pairs=[(units[pair.giver], units[pair.receiver], pair) for pair in queries.list_pairs(me, now)],
    )  # fmt: skip


def _rows(found: Sequence[Any], units: Mapping[str, str], how: Reader) -> list[dict[str, Any]]:
    now = clock.now()
    names = people.names_of(one for row in found for one in (row.giver_id, row.receiver_id))
    return [
        {
            "key": row.key, "title": row.title, "state": row.state, "cadence": how.say(row.cadence.said),
            "giver": how.say("list.aside", what=units[row.giver_code], more=names[row.giver_id]),
            "receiver": how.say("list.aside", what=units[row.receiver_code], more=names[row.receiver_id]),
            "due": due_words(row.due_at, now, how) if row.state == "active" else "",
            "due_state": due_state(row.due_at, now), "late": is_late(row, now),
        }
        for row in found
    ]  # fmt: skip


@bp.get("/agreements/new")
@permit("agreement.propose")
def new() -> str:
    """An empty form; a link may name the goal."""
    me = current_member()
    permits.check("agreement.propose", me.roles)
    values = {
        "cadence.every": "1",
        "cadence.unit": "month",
        "cadence.day": str(LAST_DAY),
        "receiver.department": me.department or "",
    }
    given = {name: request.args[name][:200] for name in ("goal", "title") if name in request.args}
    return _form(me, {**values, **given})


@bp.post("/agreements")
@permit("agreement.propose")
def create() -> str | Response | tuple[str, int]:
    """Propose it; nothing typed is lost."""
    me = current_member()
    typed = {path: request.form.get(path, "") for path in FIELDS}
    try:
        made = service.propose(me, load(AgreementIn(), _nested(typed)), now=clock.now())
    except Invalid as refused:
        return _form(me, typed, refused), refused.status
    flash(reader().say("agreement.page.proposed"), "success")
    return redirect(f"/agreements/{made.key}", 303)


def _nested(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form sent, in the shape of the schema; the weekday counts for weeks, the day for months."""
    unit = typed["cadence.unit"]
    unused = {"cadence.weekday": unit != "week", "cadence.day": unit != "month"}
    found: dict[str, Any] = {}
    for path, value in typed.items():
        part, _, name = path.rpartition(".")
        if not unused.get(path):
            (found.setdefault(part, {}) if part else found)[name] = value
    return found


def _form(me: Actor, values: Mapping[str, str], refused: Invalid | None = None) -> str:
    how = reader()
    members = [one for one in people.list_actors(clock.now()) if "member" in one.roles]
    return render_template(
        "agreements/form.html", values=values, units=UNITS, weekdays=WEEKDAYS,
        departments=people.list_open_departments(keep=values.values()),
        members=members, goals=goals.list_goals(me, live=True), last_day=LAST_DAY,
        errors={path: how.say(text) for path, text in refused.fields.items()} if refused else {},
    )  # fmt: skip


@bp.get("/agreements/<key>")
@permit("agreement.show")
def show(key: str) -> str:
    """One agreement: what is awaited, what came, what may be done."""
    return sheet(paper.view_of(current_member(), key, reader(), clock.now()))


def sheet(view: paper.View, **more: Any) -> str:
    """The page; `more` says what went wrong with a press: `problem`, `typed`, `errors`."""
    return render_template("agreements/show.html", **paper.page(view), **more)
