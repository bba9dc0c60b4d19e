"""What was measured, the form to measure, and the ledger of promises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.goals import queries
from collab.goals.queries import figures
from collab.goals.queries.habits import today
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.promises import list_promises
from collab.goals.rules.progress import shown
from collab.goals.schemas.figures import MeasurementIn
from collab.goals.service.measuring import measure as measure_
from collab.goals.views.forms import whole
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.kernel.units import joined
from collab.people import queries as people
from collab.web.api import window
from collab.web.identity import current_member, reader

FIELDS = ("on", "value", "numerator", "denominator", "source", "sample")


@bp.get("/goals/<key>/measurements")
@permit("goal.show")
def measurements(key: str) -> str:
    """Every figure of a goal, the latest day first, and the form for one more."""
    return _page(current_member(), key)


@bp.post("/goals/<key>/measurements")
@permit("goal.measure")
def measure(key: str) -> Response | tuple[str, int]:
    """Record one figure and say so; refused, show the form with what was typed."""
    me, now = current_member(), clock.now()
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        entry = load(MeasurementIn(), typed)
        done = measure_(me, key, [entry], now=now, metric=_chosen())
    except Invalid as refusal:
        errors = {path.removeprefix("0."): reader().say(text) for path, text in refusal.fields.items()}
        return _page(me, key, errors=errors, typed=typed), refusal.status
    flash(reader().say("goal.figures.same" if done.unchanged else "goal.figures.saved"), "success")
    return redirect(f"/goals/{key}/measurements", 303)


@bp.get("/goals/promises")
@permit("goal.list")
def promises() -> str:
    """What we promise, what customers experience, and what is to keep it."""
    found = list_promises(current_member(), now=clock.now())
    return render_template("goals/promises.html", pledges=found, written=_written)


def measuring(
    me: Actor, goal: queries.GoalView, metrics: tuple[MetricView, ...], here: frozenset[str] | None = None
) -> dict[str, Any]:
    """What the form needs, for any page that holds `goals/_measure.html`: `may_measure`, `measurable`, `typed`, `errors`. `here` is what
    they are to it, where it was asked."""
    own = [metric for metric in metrics if not metric.gathers]
    may = bool(own) and permits.allows(
        "goal.measure", queries.relations_of(me, goal) if here is None else here, goal.state
    )
    on: date = today(clock.now())
    return {"may_measure": may, "measurable": own, "typed": {"on": on.isoformat()}, "errors": {}}


def _page(me: Actor, key: str, **more: Any) -> str:
    offset, size = window()
    goal = queries.get_goal(me, key)
    found, total = figures.list_measurements(me, key, offset=offset, limit=size)
    metrics = metrics_of([goal.id]).get(goal.id, ())
    return render_template(
        "goals/measurements.html", goal=goal, metrics=metrics, rows=found, total=total, page=offset // size + 1,
        pages=max(1, -(-total // size)), names=people.names_of(one.by for one in found if one.by), written=_written,
        **{**measuring(me, goal, metrics), **more},
    )  # fmt: skip


def _written(metric: MetricView, amount: Fraction | None) -> str:
    """A figure among others of its metric: as many places as they have."""
    return "" if amount is None else joined(str(shown(amount, metric.places)), metric.unit)


def _chosen() -> int | None:
    """The metric the form names. Raises Invalid through the service where it is none of the goal's."""
    return whole(request.form.get("metric", ""))
