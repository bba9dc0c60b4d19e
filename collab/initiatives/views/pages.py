"""Pages of joint initiatives: the list, writing one down, one initiative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.initiatives import service
from collab.initiatives.queries.lists import Filter, list_initiatives
from collab.initiatives.rules.moves import STATES
from collab.initiatives.schemas.incoming import InitiativeIn
from collab.initiatives.views import forms, lines, paper
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("initiatives", __name__, template_folder="../templates")
PAGE = 20
TABS = ("all", "mine", "cross")
NARROWED = ("state", "department", "side")


@bp.get("/initiatives")
@permit("initiative.list")
def index() -> str:
    """What needs attention first."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("initiative.list", me.roles)
    tab = request.args.get("view", "") if request.args.get("view") in TABS else "all"
    chosen = {name: value for name in NARROWED if (value := request.args.get(name, "").strip()[:200])}
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    found, total = list_initiatives(me, filter_of(tab, chosen), offset=(page - 1) * PAGE, limit=PAGE)
    departments = people.list_departments()
    return render_template(
        "initiatives/list.html", rows=lines.rows(found, how, now, inside=not me.is_partner), total=total, page=page,
        pages=-(-total // PAGE), tab=tab, tabs=_tabs(me, tab, chosen), chosen=chosen, departments=departments, states=STATES,
        base=f"?{urlencode({'view': tab, **chosen})}&page=", sides=_sides(departments),
        may_create=permits.allows("initiative.create", me.roles),
    )  # fmt: skip


def filter_of(tab: str, chosen: Mapping[str, str]) -> Filter:
    """How the list is narrowed by its tab and what stands in its address."""
    return Filter(
        state=chosen.get("state"), mine=tab == "mine", department=chosen.get("department"), side=chosen.get("side"),
        cross_silo=tab == "cross" or None, sort="attention",
    )  # fmt: skip


def _tabs(me: Actor, current: str, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    how = reader()
    return [
        {
            "label": how.say(f"initiative.page.{tab}"), "href": f"?{urlencode({'view': tab, **chosen})}",
            "current": tab == current,
        }
        for tab in (TABS if not me.is_partner else TABS[:1])
    ]  # fmt: skip


def _sides(departments: Any) -> list[tuple[str, str]]:
    """The sides there are, by the company's words where it has some."""
    how = reader()
    codes = sorted({row.side for row in departments})
    return [(code, how.say(f"people.side.{code}") if how.knows(f"people.side.{code}") else code) for code in codes]


@bp.get("/initiatives/new")
@permit("initiative.create")
def new() -> str:
    """An empty form; a link may name the goal."""
    me = current_member()
    permits.check("initiative.create", me.roles)
    given = {"goals.0": request.args["goal"][:20]} if request.args.get("goal") else {}
    return _form(me, {"kind": "delivery", "visibility": "company", "lead.1": me.email, **given})


@bp.post("/initiatives")
@permit("initiative.create")
def create() -> str | Response | tuple[str, int]:
    """Write it down; nothing typed is lost."""
    me = current_member()
    permits.check("initiative.create", me.roles)  # before what was typed is judged
    typed = {name: request.form.get(name, "") for name in forms.FIELDS}
    try:
        made = service.create(me, load(InitiativeIn(), forms.written(typed)), now=clock.now())
    except Invalid as refused:
        return _form(me, typed, refused), refused.status
    flash(reader().say("initiative.page.written"), "success")
    return redirect(f"/initiatives/{made.key}", 303)


def _form(me: Actor, values: Mapping[str, str], refused: Invalid | None = None) -> str:
    return render_template("initiatives/form.html", **forms.context(me, values, refused))


@bp.get("/initiatives/<key>")
@permit("initiative.show")
def show(key: str) -> str:
    """One initiative: what it is for the customer, where it stands, what is asked of its reader."""
    return sheet(paper.view_of(current_member(), key, reader(), clock.now()))


def sheet(view: paper.View, **more: Any) -> str:
    """The page; `more` says what became of a press that was refused: `problem`, `typed`, `errors`."""
    return render_template("initiatives/show.html", **paper.page(view), **more)
