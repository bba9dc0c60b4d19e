"""Pages of the reports: coverage, and moved goalposts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from collab.goals.messages.bars import figure
from collab.goals.queries.coverage import Counted, Coverage, find_coverage
from collab.goals.queries.goalposts import Narrowed, list_goalposts
from collab.goals.queries.habits import habits, today
from collab.goals.rules import fiscal
from collab.goals.rules.coverage import Share
from collab.goals.rules.progress import shown
from collab.goals.schemas.reports import GoalpostQuery
from collab.goals.views import reporting
from collab.goals.views.forms import whole
from collab.goals.views.pages.base import bp
from collab.kernel import clock, units
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.identity import current_member, reader

PAGE = 30
FURTHEST = 99_999
MOST = 50
"""How many lines a list of exceptions shows."""


@bp.get("/goals/coverage")
@permit("goal.report")
def coverage() -> str:
    """How much of the company stands behind the customer: figures, and under each the rows it comes from."""
    found, how = find_coverage(current_member(), clock.now(), most=MOST), reader()
    units = {row.code: how.name(row) for row in people.list_departments()}
    return render_template(
        "goals/coverage.html", found=found, figures=_figures(found, how), sides=_sides(found, units, how),
        firms=[(how.name(firm), _named(firm.goals, found), firm.channel_only) for firm in found.firms],
        unmeasured=found.unmeasured[:MOST], elsewhere=found.elsewhere[:MOST], moved=_moved(found, how),
        reference=reporting.REFERENCE,
    )  # fmt: skip


@bp.get("/goals/goalposts")
@permit("goal.report")
def goalposts() -> tuple[str, int]:
    """What was moved on running goals, the latest first, narrowed by fiscal period and department."""
    me, how = current_member(), reader()
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip()[:40])}
    page = min(max(whole(request.args.get("page", "")) or 1, 1), FURTHEST)
    problems: dict[str, str] = {}
    try:
        narrowed = reporting.narrowed(load(GoalpostQuery(), chosen))
    except Invalid as refused:
        narrowed, problems = Narrowed(), {name: how.say(text) for name, text in refused.fields.items()}
    found, total = list_goalposts(me, narrowed, offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "goals/goalposts.html", rows=[reporting.row(moved, how) for moved in found], total=total, page=page,
        pages=-(-total // PAGE), chosen=chosen, errors=problems, base=f"?{urlencode(chosen)}&page=" if chosen else "?page=",
        rest=urlencode(chosen), periods=_periods(clock.now()), departments=people.list_departments(),
    ), 422 if problems else 200  # fmt: skip


@bp.get("/goals/goalposts.csv")
@permit("goal.report")
def goalposts_file() -> Response:
    """All of them as a file for spreadsheets."""
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip()[:40])}
    found, _total = list_goalposts(current_member(), reporting.narrowed(load(GoalpostQuery(), chosen)))
    return reporting.as_download(reporting.as_file(found, reader()))


FILTERS = ("from", "until", "period", "department")


def _periods(now: datetime) -> list[str]:
    """This fiscal year and the one before, whole and in quarters, the latest first."""
    start = habits().starts_month
    year = fiscal.year_of(today(now), start)
    return [f"FY{one}{part}" for one in (year, year - 1) for part in ("", "-Q4", "-Q3", "-Q2", "-Q1")]


def _figures(found: Coverage, how: Reader) -> list[dict[str, str]]:
    """The five figures, each with the rows it is counted from."""
    aim = how.say(f"goal.report.aim_{'met' if found.met else 'open'}", n=found.aim)
    rows = (
        ("departments", found.departments, aim, "ok" if found.met else "warn"),
        ("measurable", found.measurable, "", ""), ("customers", found.customers, "", ""), ("parts", found.parts, "", ""),
    )  # fmt: skip
    figures = [
        {
            "number": per_cent(of, how), "label": how.say(f"goal.report.figure.{name}"), "href": f"#{name}", "tone": tone,
            "note": note or how.say("goal.report.n_of", n=of.n, of=of.of),
        }
        for name, of, note, tone in rows
    ]  # fmt: skip
    only = [firm for firm in found.firms if firm.channel_only]
    partners = {
        "number": str(len(only)), "label": how.say("goal.report.figure.partners"), "href": "#partners",
        "note": how.say("goal.report.of_partners", n=len(found.firms)), "tone": "warn" if only else "",
    }  # fmt: skip
    return [*figures, partners]


def per_cent(of: Share, how: Reader) -> str:
    """A share as people read it; a dash of nothing."""
    exact = of.per_cent
    return how.say("goal.report.nothing") if exact is None else units.per_cent(f"{shown(exact):f}")


def _sides(found: Coverage, units: dict[str, str], how: Reader) -> list[dict[str, Any]]:
    """Departments, those without a goal first."""
    rows = [
        {
            "code": side.code, "name": units.get(side.code, side.code), "covered": side.covered, "n": len(side.tied),
            "goals": _named(side.tied, found), "untied": _named(side.untied, found), "n_untied": len(side.untied),
            "parts": how.say("goal.report.n_of", n=side.parts.n, of=side.parts.of), "share": per_cent(side.parts, how),
        }
        for side in found.sides
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (one["covered"], one["name"]))


NAMED = 5
"""How many goals a line names; the rest are counted."""


def _named(goals: Iterable[int], found: Coverage) -> list[Counted]:
    return [found.goals[goal] for goal in goals if goal in found.goals][:NAMED]


def _moved(found: Coverage, how: Reader) -> list[dict[str, Any]]:
    return [
        {
            "goal": goal, "metric": goal.main.name, "now": _figure(goal.main.shown, goal.main.unit),
            "now_on": how.day(goal.main.measured_on) if goal.main.measured_on else "",
            "baseline": _figure(goal.main.course.baseline, goal.main.unit), "target": _figure(goal.main.course.target, goal.main.unit),
            "baseline_on": how.day(goal.main.baseline_on) if goal.main.baseline_on else "",
        }
        for goal in found.moved[:MOST]
        if goal.main
    ]  # fmt: skip


def _figure(exact: Any, unit: str) -> str:
    return "" if exact is None else units.joined(figure(exact), unit)
