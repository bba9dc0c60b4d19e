"""How a goal's progress came about, as the API says it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields

from collab.goals.queries.arithmetic import Arithmetic, Formula, Line, Portion, Summed
from collab.goals.rules.progress import shown
from collab.goals.schemas.outgoing import points, written

EXACTLY = 6
"""Decimals of what is not a whole number."""


def _text(description: str = "") -> fields.String:
    return fields.String(allow_none=True, metadata={"description": description} if description else {})


class GoalFormulaOut(Schema):
    """One metric's progress: `way` is what the formula gives, `progress` the same within -100 and 200."""

    metric = fields.Integer()
    name = fields.String()
    value = _text()
    start = _text()
    target = _text()
    way = _text("per cent")
    progress = fields.Float(allow_none=True)


class GoalCountedOut(Schema):
    """A child you may see: `counted` is its progress between 0 and 100, `product` that times its share."""

    goal = fields.String()
    title = fields.String()
    share = fields.Integer(allow_none=True)
    progress = fields.Float(allow_none=True)
    counted = fields.Float(allow_none=True)
    product = _text()
    left_out = _text("why it does not count: supports, not_started, dropped, unmeasured")


class GoalWeightedOut(Schema):
    """Children's progress by share: `total` divided by `weight` is the progress."""

    parts = fields.List(fields.Nested(GoalCountedOut))
    total = fields.String()
    weight = fields.Integer()
    progress = fields.Float(allow_none=True)


class GoalPortionOut(Schema):
    """What a child you may see gives to a period's figure, its share taken."""

    goal = fields.String()
    title = fields.String()
    share = fields.Integer(allow_none=True)
    value = _text()
    numerator = _text()
    denominator = _text()
    left_out = _text("supports, not_started, dropped, unmeasured, unit or ratio")


class GoalSummedOut(Schema):
    """A figure gathered from children, of the period from `first` to `last`; `mean` is what the mean of ratios would be."""

    metric = fields.Integer()
    name = fields.String()
    first = fields.String(metadata={"format": "date"})
    last = fields.String(metadata={"format": "date"})
    per = fields.Integer()
    parts = fields.List(fields.Nested(GoalPortionOut))
    numerator = _text()
    denominator = _text()
    value = _text()
    mean = _text()


class GoalArithmeticOut(Schema):
    """All of it. `partly`: not everything that counts is shared with you, so what you see does not add up to the whole."""

    goal = fields.String()
    progress = fields.Float(allow_none=True)
    progress_from = fields.String()
    partly = fields.Boolean()
    formulas = fields.List(fields.Nested(GoalFormulaOut))
    children = fields.Nested(GoalWeightedOut, allow_none=True)
    sums = fields.List(fields.Nested(GoalSummedOut))


def body(found: Arithmetic) -> dict[str, Any]:
    """The arithmetic in the shape of the API."""
    weighted = found.weighted
    children = None
    if weighted is not None:
        children = {
            "parts": [_part(one) for one in weighted.lines], "total": _exact(weighted.total), "weight": weighted.weight,
            "progress": points(weighted.result),
        }  # fmt: skip
    return {
        "goal": found.goal.key, "progress": points(found.goal.progress), "progress_from": found.goal.progress_from,
        "partly": found.partly, "formulas": [_formula(one) for one in found.formulas], "children": children,
        "sums": [_summed(one) for one in found.sums],
    }  # fmt: skip


def _formula(one: Formula) -> dict[str, Any]:
    metric = one.metric
    return {
        "metric": metric.id, "name": metric.name, "value": _exact(metric.figure), "start": written(metric.course.start),
        "target": written(metric.course.target), "way": _exact(one.way), "progress": points(one.progress),
    }  # fmt: skip


def _part(one: Line) -> dict[str, Any]:
    return {
        "goal": one.key, "title": one.title, "share": one.share, "progress": points(one.progress),
        "counted": points(one.counted), "product": _exact(one.product), "left_out": one.left_out,
    }  # fmt: skip


def _summed(one: Summed) -> dict[str, Any]:
    whole = one.whole
    return {
        "metric": one.metric.id, "name": one.metric.name, "first": one.first.isoformat(), "last": one.last.isoformat(),
        "per": one.metric.per, "parts": [_portion(part) for part in one.lines], "numerator": written(whole.numerator),
        "denominator": written(whole.denominator), "value": _exact(one.value), "mean": _exact(one.mean),
    }  # fmt: skip


def _portion(one: Portion) -> dict[str, Any]:
    given = one.given
    figures = {name: written(getattr(given, name)) if given else None for name in ("value", "numerator", "denominator")}
    return {"goal": one.key, "title": one.title, "share": one.share, "left_out": one.left_out, **figures}


def _exact(number: Fraction | None) -> str | None:
    """Six decimals at most, none that say nothing."""
    if number is None:
        return None
    text = format(shown(number, EXACTLY), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
