"""Pages that show tasks: the list, and one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.subjects.selections import find_selection
from collab.tasks import queries
from collab.tasks.queries import Filter, TaskView
from collab.tasks.rules.moves import STATES
from collab.tasks.views import paper
from collab.web.identity import current_member, reader
from collab.web.moments import due_state, due_words

bp = Blueprint("tasks", __name__, template_folder="../templates")
PAGE = 20
TABS = ("mine", "asked", "department", "late", "cross", "all")
NARROWED = ("state", "department", "q")


@bp.get("/tasks")
@permit("task.list")
def index() -> str:
    """The tasks a member may see, by what they are to them, page by page."""
    me, how, now = current_member(), reader(), clock.now()
    only = find_selection(me, request.args.get("figure", ""), request.args.get("of", "")[:200], now)
    tab = "all" if only else request.args["view"] if request.args.get("view") in TABS else _first_tab(me, now)
    chosen = {name: value for name in NARROWED if (value := request.args.get(name, "").strip()[:200])}
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    narrowed = replace(narrowed_by(me, tab, chosen), keys=only.keys if only else None)
    found, total = queries.list_tasks(me, narrowed, now=now, offset=(page - 1) * PAGE, limit=PAGE)
    kept = {name: request.args.get(name, "") for name in ("figure", "of")} if only else {}
    query = urlencode({"view": tab, **chosen, **kept})
    return render_template(
        "tasks/list.html", rows=_rows(me, found, how, now), total=total, page=page, pages=-(-total // PAGE), tab=tab,
        tabs=_tabs(me, tab, chosen, now), chosen=chosen, base=f"?{query}&page=", departments=people.list_departments(),
        states=STATES, only=only, may_ask="member" in me.roles,
    )  # fmt: skip


@bp.get("/tasks/<key>")
@permit("task.show")
def show(key: str) -> str:
    """One task: what is asked, where it stands, whose move it is; the course below."""
    return sheet(paper.view_of(current_member(), key, reader(), clock.now()))


def sheet(view: paper.View, **more: Any) -> str:
    """The page of a task; `more` says what became of a press that was refused: `problem`, `typed`, `errors`."""
    return render_template("tasks/show.html", **paper.page(view), **more)


def _first_tab(me: Actor, now: datetime) -> str:
    """Where something is for the member, else everything."""
    return next((tab for tab in TABS[:2] if _count(me, tab, now)), "all")


def _filter(me: Actor, tab: str) -> Filter:
    mine = me.department or (me.leads[0] if me.leads else None)
    return {
        "mine": Filter(mine=True, state="open"), "asked": Filter(asked_by_me=True, state="open"),
        "department": Filter(to_department=mine, state="open"), "late": Filter(late=True, state="open"),
        "cross": Filter(cross_silo=True, state="open"), "all": Filter(),
    }[tab]  # fmt: skip


def narrowed_by(me: Actor, tab: str, chosen: Mapping[str, str]) -> Filter:
    """How the list is narrowed by its tab and what stands in its address."""
    narrowed = _filter(me, tab)
    return replace(
        narrowed,
        state=chosen.get("state") or narrowed.state,
        to_department=chosen.get("department") or narrowed.to_department,
        q=chosen.get("q"),
    )


def _count(me: Actor, tab: str, now: datetime) -> int:
    _found, count = queries.list_tasks(me, _filter(me, tab), now=now, limit=1)
    return count


def _tabs(me: Actor, current: str, chosen: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    """The tabs with how many stand behind each; my department only for whoever has one."""
    shown = [tab for tab in TABS if tab != "department" or me.department or me.leads]
    return [
        {
            "label": reader().say(f"task.list.{tab}"), "href": f"?{urlencode({'view': tab, **chosen})}", "current": tab == current,
            "count": _count(me, tab, now),
        }
        for tab in shown
    ]  # fmt: skip


def _rows(me: Actor, found: Sequence[TaskView], how: Reader, now: datetime) -> list[dict[str, Any]]:
    sides = {row.code: how.name(row) for row in people.list_departments()}
    return [_row(me, task, sides, how, now) for task in found]


def _row(me: Actor, task: TaskView, sides: dict[str, str], how: Reader, now: datetime) -> dict[str, Any]:
    waiting = task.waiting_on
    mine = waiting is not None and waiting.member is not None and waiting.member.id == me.id
    turn = (
        ""
        if waiting is None
        else how.name(waiting.member)
        if waiting.member
        else sides.get(waiting.department, waiting.department)
    )
    return {
        "key": task.key, "title": task.title, "state": task.state, "severity": task.severity,
        "from": sides.get(task.from_department, task.from_department), "to": sides.get(task.to_department, task.to_department),
        "turn": how.say("task.list.your_turn") if mine else turn, "mine": mine,
        "due": due_words(task.due_at, now, how), "due_state": due_state(task.due_at, now),
    }  # fmt: skip
