"""Promises, and bounds that were left, as the API says them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields

from collab.goals.queries.breaches import Breach
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.promises import Pledge
from collab.goals.rules import STATUSES
from collab.goals.rules.progress import shown
from collab.goals.schemas.outgoing import points, written
from collab.kernel.i18n import Reader

_DAY = {"format": "date"}


class PledgedOut(Schema):
    """One of the two figures of a promise: decimal text in the metric's unit; when it was measured (null: it is the target)."""

    metric = fields.Integer()
    name = fields.String()
    unit = fields.String()
    value = fields.String(allow_none=True)
    measured_on = fields.String(allow_none=True, metadata=_DAY)


class EvidenceOut(Schema):
    """A goal that is to keep the promise."""

    goal = fields.String()
    title = fields.String()
    status = fields.String(metadata={"enum": list(STATUSES)})
    progress = fields.Float(allow_none=True)


class PledgeOut(Schema):
    """A promise. `gap` is promise minus experience in their unit; `short`: customers get less than promised."""

    goal = fields.String()
    title = fields.String()
    state = fields.String()
    status = fields.String(metadata={"enum": list(STATUSES)})
    promise = fields.Nested(PledgedOut, allow_none=True)
    experience = fields.Nested(PledgedOut, allow_none=True)
    gap = fields.String(allow_none=True)
    short = fields.Boolean()
    broken = fields.Boolean()
    evidence = fields.List(fields.Nested(EvidenceOut))


class BreachOut(Schema):
    """A figure out of its bounds, and the goal that would bring it back."""

    goal = fields.String()
    metric = fields.Integer()
    name = fields.String()
    value = fields.String(allow_none=True)
    bound = fields.String(allow_none=True)
    proposal = fields.Dict()


def pledge_row(one: Pledge) -> dict[str, Any]:
    """A promise as the API writes it."""
    places = max((metric.places for metric in (one.promise, one.experience) if metric), default=1)
    return {
        "goal": one.goal.key, "title": one.goal.title, "state": one.goal.state, "status": one.standing.status,
        "promise": _side(one.promise, one.promised), "experience": _side(one.experience, one.experienced),
        "gap": _written(one.gap, places), "short": one.short, "broken": one.broken,
        "evidence": [
            {"goal": goal.key, "title": goal.title, "status": standing.status,
             "progress": points(standing.progress)}
            for goal, standing in one.evidence
        ],
    }  # fmt: skip


def breach_row(one: Breach, how: Reader) -> dict[str, Any]:
    """A breach as the API writes it; the proposal's title in the reader's words."""
    return {
        "goal": one.goal.key, "metric": one.metric.id, "name": one.metric.name,
        "value": _written(one.metric.figure, one.metric.places), "bound": written(one.bound),
        "proposal": {"title": how.say(one.title), **one.proposal},
    }  # fmt: skip


def _side(metric: MetricView | None, figure: Fraction | None) -> dict[str, Any] | None:
    if metric is None:
        return None
    measured_on = metric.measured_on.isoformat() if metric.measured_on else None
    value = _written(figure, metric.places)
    return {"metric": metric.id, "name": metric.name, "unit": metric.unit, "value": value, "measured_on": measured_on}


def _written(figure: Fraction | None, places: int) -> str | None:
    return None if figure is None else f"{shown(figure, places):f}"
