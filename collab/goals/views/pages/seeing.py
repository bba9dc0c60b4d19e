"""Pages that show goals: mine and all, the tree, one goal, how its progress came about, how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.goals import queries
from collab.goals.queries import lists, tree
from collab.goals.queries.arithmetic import get_arithmetic
from collab.goals.queries.branches import Branch
from collab.goals.queries.checkins import get_sides
from collab.goals.queries.habits import today
from collab.goals.queries.lists import OPEN_ONES, Filter
from collab.goals.queries.metrics import metrics_of
from collab.goals.queries.paper import get_paper
from collab.goals.queries.stages import stage_names
from collab.goals.queries.tree import Level
from collab.goals.registry import warnings_for
from collab.goals.rules import STATES, STATUSES
from collab.goals.views import arithmetic as reckoning
from collab.goals.views import forms, life, paper
from collab.goals.views.lines import line, lines, names_for
from collab.goals.views.pages.base import bp
from collab.goals.views.pages.figures import measuring
from collab.goals.views.trend import image, trend_of
from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.kernel.text import storable
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.subjects.selections import find_selection
from collab.web.identity import current_member, reader

PAGE = 15
FURTHEST = 99_999
TWIGS = 12
"""How many lines are shown below each root: the rest is a level of its own."""
NARROWED = ("state", "status", "department", "stage", "q")
CHOICES: Mapping[str, Sequence[str]] = {"state": (*STATES, OPEN_ONES), "status": STATUSES}


@bp.get("/goals")
@permit("goal.list")
def index() -> str:
    """My goals, and every goal the member may see."""
    me, how, now = current_member(), reader(), clock.now()
    chosen = {name: value for name in NARROWED if (value := request.args.get(name, "").strip()[:200])}
    chosen = {name: value for name, value in chosen.items() if storable(value) and value in CHOICES.get(name, (value,))}
    only = find_selection(me, request.args.get("figure", ""), request.args.get("of", "")[:200], now)
    kept = {name: request.args.get(name, "") for name in ("figure", "of")} if only else {}
    page = _whole("page") or 1
    found, total = lists.find_worst(
        me, replace(filter_of(chosen), keys=only.keys if only else None), now=now, offset=(page - 1) * PAGE, limit=PAGE
    )
    mine = lists.list_mine(me, now=now) if not (chosen or only) and page == 1 and not me.is_auditor else None
    names = names_for([*found, *(mine or ())])
    states = [(OPEN_ONES, how.say("goal.see.open_states")), *((one, how.say(f"goal.state.{one}")) for one in STATES)]
    return render_template(
        "goals/list.html", mine=None if mine is None else lines(mine, names, how), found=lines(found, names, how),
        total=total, page=page, pages=-(-total // PAGE), base=f"?{urlencode({**chosen, **kept, 'page': ''})}", chosen=chosen, only=only,
        states=states, statuses=[(one, how.say(f"web.status.{one}")) for one in STATUSES],
        departments=[(code, how.name(row)) for code, row in names.departments.items()],
        stages=[(one.code, how.name(one)) for one in stage_names()] if not me.is_partner else [],
        may_write=permits.allows("goal.propose", me.roles) or permits.allows("goal.create", me.roles),
    )  # fmt: skip


@bp.get("/goals/tree")
@permit("goal.list")
def show_tree() -> str:
    """The tree from its roots, or what hangs under one goal."""
    me = current_member()
    start = _whole("from")
    under = request.args.get("under", "")
    return _branch(under, start) if under else _roots(start, tree.list_roots(me, now=clock.now(), offset=start))


@bp.get("/goals/<key>")
@permit("goal.show")
def show(key: str) -> str:
    """One goal: where it stands, who answers for it, what it serves and what serves it."""
    me, how, now = current_member(), reader(), clock.now()
    found = get_paper(me, key, now)
    view = paper.View(found, how, now)
    return render_template(
        "goals/show.html", **paper.page(view, inside=not me.is_partner), both=get_sides(me, found.goal, found.checkins),
        history=paper.history(view), ask=paper.ask(view, me.id), warnings=warnings_for(me, found.goal.id), **life.panels(me, found.goal, how, now, known=life.known_of(found)),
        **measuring(me, found.goal, found.standing.metrics, found.relations),
    )  # fmt: skip


@bp.get("/goals/<key>/arithmetic")
@permit("goal.show")
def arithmetic(key: str) -> str:
    """How its progress came about, every number; `?on=` is a day of the period whose sum is shown."""
    me, how = current_member(), reader()
    found = get_arithmetic(me, key, on=_day(request.args.get("on", "")))
    whole = get_paper(me, key, clock.now())
    return render_template("goals/arithmetic.html", goal=found.goal, **reckoning.page(found, whole, how))


@bp.get("/goals/<key>/trend.svg")
@permit("goal.show")
def trend(key: str) -> Response:
    """How it went, drawn; `?narrow=1` for a phone."""
    me, how, day = current_member(), reader(), today(clock.now())
    goal = queries.get_goal(me, key)
    names = people.names_of(held.member for held in goal.owners)
    sides = {held.side: how.name(names[held.member]) for held in goal.owners if held.member in names}
    metrics = metrics_of([goal.id]).get(goal.id, ())
    narrow = request.args.get("narrow") == "1"
    found = trend_of(goal, metrics, sides, day, inside=not me.is_partner)
    response = make_response("")
    response.set_etag(sha256(repr((found, how.locale, narrow)).encode()).hexdigest()[:32])
    response.content_type = "image/svg+xml; charset=utf-8"
    response.headers["Cache-Control"] = "private, no-cache"
    answer: Response = response.make_conditional(request)  # type: ignore[assignment]
    if answer.status_code != 304:
        answer.set_data(image(found, how, narrow=narrow))
    return answer


@bp.post("/goals/<key>/follow")
@permit("goal.follow")
def follow(key: str) -> AnyResponse:
    """Hear everything about it, nothing, or what needs me."""
    me, wish = current_member(), request.form.get("wish", "")
    goal = queries.get_goal(me, key)
    permits.check("goal.follow", queries.relations_of(me, goal))
    wish = wish if wish in subjects.WISHES else "none"
    subjects.wish(me, goal.key, None if wish == "none" else wish, now=clock.now())
    flash(reader().say(f"goal.see.follow.done_{wish}", key=goal.key), "success")
    return redirect(f"/goals/{goal.key}#follow", 303)


def filter_of(chosen: Mapping[str, str]) -> Filter:
    """How the list is narrowed by what stands in its address."""
    return Filter(
        state=chosen.get("state"), status=chosen.get("status"), department=chosen.get("department"),
        stage=chosen.get("stage"), q=chosen.get("q"),
    )  # fmt: skip


def _branch(under: str, start: int) -> str:
    """One goal of the tree with what hangs under it, and the way up."""
    me, how, now = current_member(), reader(), clock.now()
    goal = queries.get_goal(me, under)
    level = tree.list_children(me, goal.id, now=now, offset=start)
    top = tree.branch_of(me, goal, now=now)
    names = names_for([top, *level.lines])
    return render_template(
        "goals/tree.html", under=line(top, names, how), path=tree.path_to(me, goal.id), roots=level, start=start,
        rows=lines(level.lines, names, how),
    )  # fmt: skip


def _roots(start: int, roots: Level) -> str:
    me, how, now = current_member(), reader(), clock.now()
    loose = tree.list_loose(me, now=now, offset=_whole("loose")) if not start else Level([])
    below = tree.list_twigs(me, [one.goal.id for one in roots.lines], now=now, most=TWIGS)
    names = names_for([*roots.lines, *loose.lines, *(one for some in below.values() for one in some)])

    def group(one: Branch) -> tuple[dict[str, Any], list[dict[str, Any]], bool]:
        some = below.get(one.goal.id, ())
        return line(one, names, how), lines(some, names, how), one.below > len(some)

    return render_template(
        "goals/tree.html", under=None, roots=roots, start=start, groups=[group(one) for one in roots.lines], loose=loose,
        loose_rows=lines(loose.lines, names, how),
    )  # fmt: skip


def _day(written: str) -> date | None:
    """A day from an address; None for anything else."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _whole(name: str) -> int:
    """A number from the address, as far as anybody turns pages; 0 for anything else."""
    return min(forms.whole(request.args.get(name, "")) or 0, FURTHEST)
