"""How a goal's progress came about, in lines and tables with all their numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from collab.goals.queries.arithmetic import Arithmetic, Formula, Line, Portion, Summed, Weighted, amount
from collab.goals.queries.habits import habits
from collab.goals.queries.paper import Paper
from collab.goals.rules.pace import expected
from collab.goals.views.saying import figure, limit, number, way
from collab.kernel.i18n import Reader


def page(found: Arithmetic, paper: Paper, how: Reader) -> dict[str, Any]:
    """Everything the page of the arithmetic needs."""
    return {
        "way": way(found.goal, paper.standing, how), "partly": found.partly,
        "formulas": [*(line for one in found.formulas for line in formula_lines(one, how)), *pace_lines(paper, how)],
        "weighted": _weighted(found.weighted, how) if found.weighted else None,
        "sums": [_summed(one, how, partly=found.partly) for one in found.sums],
    }  # fmt: skip


def formula_lines(formula: Formula, how: Reader) -> list[str]:
    """One metric's formula with its numbers."""
    metric = formula.metric
    found = []
    if metric.is_ratio and metric.numerator is not None and metric.denominator is not None:
        top, bottom = (number(one, how, 6) for one in (metric.numerator, metric.denominator))
        value = figure(metric, metric.figure, how)
        found.append(how.say("goal.see.sum.ratio_line", numerator=top, denominator=bottom, per=metric.per, value=value))
    return [f"{metric.name}: {line}" for line in [*found, *_formula(formula, how)]]


def _formula(formula: Formula, how: Reader) -> list[str]:
    metric, course = formula.metric, formula.metric.course
    if formula.progress is None or metric.figure is None:
        return [how.say("goal.see.sum.none")]
    value = figure(metric, metric.figure, how)
    if course.control:
        return [
            how.say(f"goal.see.sum.control_{'out' if metric.broken else 'in'}", value=value, limit=limit(metric, how))
        ]
    told = {"value": value, "baseline": figure(metric, course.start, how), "target": figure(metric, course.target, how)}
    found = [how.say("goal.see.sum.value_line", **told, way=number(formula.way or Fraction(0), how, 2))]
    if formula.bounded:
        found.append(how.say("goal.see.sum.bounded", progress=number(formula.progress, how)))
    return found


def pace_lines(paper: Paper, how: Reader) -> list[str]:
    """What should be done by now and how far that is, with its numbers."""
    goal, standing = paper.goal, paper.standing
    share = expected(goal.starts_on, goal.due_on, paper.day)
    if share is None or standing.gap is None or standing.expected != share or not (goal.starts_on and goal.due_on):
        return []
    all_days = (goal.due_on - goal.starts_on).days
    done = min(max((paper.day - goal.starts_on).days, 0), all_days)
    limits = habits().limits
    told = {"expected": number(share, how, 2), "gap": number(standing.gap, how, 2), "at_risk": number(limits.at_risk, how), "off_track": number(limits.off_track, how)}  # fmt: skip
    word = "gap_none" if standing.progress is None else "gap_line"
    progress = {} if standing.progress is None else {"progress": number(standing.progress, how, 2)}
    first = how.say("goal.see.sum.expected_line", days=done, all=all_days, expected=told["expected"])
    return [first, how.say(f"goal.see.sum.{word}", **told, **progress)]


def _weighted(found: Weighted, how: Reader) -> dict[str, Any]:
    if found.result is None:
        result = how.say("goal.see.sum.children_nothing")
    else:
        told = {"total": number(found.total, how, 2), "weight": found.weight, "result": number(found.result, how, 2)}
        result = how.say("goal.see.sum.children_line", **told)
    return {"lines": [_line(one, how) for one in found.lines], "result": result}


def _line(one: Line, how: Reader) -> dict[str, Any]:
    return {
        "key": one.key, "title": one.title, "share": _share(one.share, how), "progress": _per_cent(one.progress, how),
        "counted": _per_cent(one.counted, how), "product": "" if one.product is None else number(one.product, how, 2),
        "why": _why(one.left_out, how),
    }  # fmt: skip


def _summed(found: Summed, how: Reader, *, partly: bool) -> dict[str, Any]:
    metric = found.metric
    value = figure(metric, found.value, how)
    whole = f"{how.say('goal.see.sum.whole')}: {value}"
    if found.whole.numerator is not None and found.whole.denominator is not None:
        told = {"numerator": _exact(found.whole.numerator, how), "denominator": _exact(found.whole.denominator, how)}
        whole = how.say("goal.see.sum.ratio_line", **told, per=metric.per, value=value)
    mean = "" if found.mean is None else how.say("goal.see.sum.mean", mean=figure(metric, found.mean, how))
    return {
        "name": metric.name, "is_ratio": metric.is_ratio, "period": period(found.first, metric.period, how), "whole": whole,
        "mean": mean, "lines": [_portion(one, found, how) for one in found.lines],
        "periods": [
            {
                "on": one.on.isoformat(), "period": period(one.on, metric.period, how), "value": figure(metric, one.value, how),
                "current": one.on == found.first,
                "parts": "" if partly else how.say("goal.see.sum.parts", n=one.parts or 0, all=one.parts_of or 0),
            }
            for one in reversed(found.periods)
        ],
    }  # fmt: skip


def _portion(one: Portion, found: Summed, how: Reader) -> dict[str, Any]:
    given, own = one.given, one.own
    value = None if own is None else amount(own, found.metric.per)
    if given is not None and not found.metric.is_ratio:
        value = amount(given, 1)
    return {
        "key": one.key, "title": one.title, "share": _share(one.share, how), "why": _why(one.left_out, how),
        "numerator": "" if given is None or given.numerator is None else _exact(given.numerator, how),
        "denominator": "" if given is None or given.denominator is None else _exact(given.denominator, how),
        "value": figure(found.metric, value, how),
    }  # fmt: skip


def period(first: date, kind: str, how: Reader) -> str:
    """A period by its first day, as short as it can be told."""
    if kind == "month":
        return str(format_date(first, "y年M月" if how.locale == "ja" else "MMM y", locale=how.locale))
    if kind == "day":
        return how.day(first)
    return how.say("goal.see.sum.from_day", on=first)


def _exact(given: Decimal, how: Reader) -> str:
    return number(given, how, 6)


def _share(share: int | None, how: Reader) -> str:
    return "" if share is None else how.say("goal.see.chart.per_cent", n=share)


def _per_cent(exact: Fraction | None, how: Reader) -> str:
    return "" if exact is None else how.say("goal.see.chart.per_cent", n=number(exact, how))


def _why(code: str | None, how: Reader) -> str:
    return how.say(f"goal.see.why.{code}") if code else ""
