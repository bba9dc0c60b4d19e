"""The reports in the shape of the API, of a file and of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Response

from collab.goals.messages.goalposts import said
from collab.goals.queries import PREFIX
from collab.goals.queries.coverage import Counted, Coverage
from collab.goals.queries.goalposts import Goalpost, Narrowed
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView
from collab.goals.rules import fiscal
from collab.goals.rules.coverage import Share
from collab.goals.rules.progress import shown
from collab.goals.schemas.outgoing import written
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.kernel.sheets import csv_file

REFERENCE = {"per_cent": 95, "year": 2018}
"""Collaboration leaders who share customer experience company-wide, in a survey of 2018: dated, never a benchmark of today."""

MOST = 500
"""How many goals a list of the report names at most; its figure counts all."""

COLUMNS = ("goal", "title", "metric", "kind", "before", "after", "reason", "by", "at")


def coverage(found: Coverage, how: Reader) -> dict[str, Any]:
    """The whole report."""
    return {
        "aim": found.aim, "met": found.met, "reference": {**REFERENCE, "source": how.say("goal.report.reference_source")},
        "departments": share(found.departments), "measurable": share(found.measurable),
        "customer_metrics": share(found.customers), "parts": share(found.parts),
        "by_department": [
            {
                "department": side.code, "covered": side.covered, "goals": _keys(side.tied), "untied": _keys(side.untied),
                "parts": share(side.parts),
            }
            for side in found.sides
        ],
        "unmeasured": [goal.key for goal in found.unmeasured[:MOST]],
        "other_metrics": [
            {"goal": goal.key, "metric": metric.name, "about": metric.about} for goal, metric in found.elsewhere[:MOST]
        ],
        "partners": [
            {"partner": firm.code, "goals": _keys(firm.goals), "channel_only": firm.channel_only} for firm in found.firms
        ],
        "figures": [_figure(goal, goal.main) for goal in found.moved[:MOST] if goal.main],
    }  # fmt: skip


def share(of: Share) -> dict[str, Any]:
    """A share as the API writes it."""
    exact = of.per_cent
    return {"n": of.n, "of": of.of, "per_cent": None if exact is None else float(shown(exact))}


def goalpost(moved: Goalpost) -> dict[str, Any]:
    """One moved goalpost."""
    return {
        "goal": moved.goal, "title": moved.title, "metric": moved.metric, "kind": moved.kind, "before": moved.before,
        "after": moved.after, "reason": moved.reason, "by": moved.by.email if moved.by else None, "at": moved.at.isoformat(),
    }  # fmt: skip


def as_file(found: Iterable[Goalpost], how: Reader) -> bytes:
    """Moved goalposts as a file for spreadsheets, in the reader's words."""
    head = [how.say(f"goal.report.column.{name}") for name in COLUMNS]
    return csv_file([head, *(list(_cells(moved, how).values()) for moved in found)])


def as_download(content: bytes) -> Response:
    """A file to be kept."""
    headers = {"Content-Disposition": "attachment; filename=goalposts.csv"}
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


def row(moved: Goalpost, how: Reader) -> dict[str, str]:
    """One of them as a line of the page."""
    return _cells(moved, how)


def _cells(moved: Goalpost, how: Reader) -> dict[str, str]:
    return {
        "goal": moved.goal, "title": moved.title, "metric": moved.metric or "",
        "kind": how.say(f"goal.report.kind.{moved.kind}"), "before": said(moved.before, how), "after": said(moved.after, how),
        "reason": moved.reason or "", "by": how.name(moved.by) if moved.by else how.say("goal.report.by_system"),
        "at": how.moment(moved.at),
    }  # fmt: skip


def narrowed(wanted: Mapping[str, Any]) -> Narrowed:
    """Which goalposts are wanted: a fiscal period and days narrow together. Raises Invalid."""
    since, until = wanted.get("since"), wanted.get("until")
    if wanted.get("period"):
        first, last = _period(str(wanted["period"]))
        since, until = max(since or first, first), min(until or last, last)
    elif since and until and until < since:
        raise Invalid({"until": Text("goal.report.days_reversed")})
    return Narrowed(since, until, wanted.get("department") or None)


def _period(code: str) -> tuple[date, date]:
    try:
        return fiscal.days_of(code, habits().starts_month)
    except (ValueError, OverflowError):
        raise Invalid({"period": Text("goal.problem.unknown_period")}) from None


def _keys(goals: Iterable[int]) -> list[str]:
    return [key_of(PREFIX, goal) for goal in goals][:MOST]


def _figure(goal: Counted, main: MetricView) -> dict[str, Any]:
    course = main.course
    return {
        "goal": goal.key, "metric": main.name, "unit": main.unit, "baseline": written(course.baseline),
        "baseline_on": main.baseline_on.isoformat() if main.baseline_on else None, "value": written(main.shown),
        "measured_on": main.measured_on.isoformat() if main.measured_on else None, "target": written(course.target),
    }  # fmt: skip
