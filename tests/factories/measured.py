"""Goals of one owner as they are measured through the product's own service.

national = measured_goal(company, "National", gathers=True, is_ratio=True)
tokyo = measured_goal(company, "Tokyo", under={national: 100}, is_ratio=True)
say(company, tokyo, numerator=9, denominator=10)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from collab.goals.models import Goal, Measurement, Metric
from collab.goals.service.measuring import Measured, measure
from collab.kernel.actor import Actor
from collab.kernel.db import db
from tests.factories.company import Company
from tests.factories.goals import goal as made
from tests.factories.goals import number, timed

ON = date(2026, 11, 1)


def measured_goal(
    company: Company, title: str = "A", *, under: Mapping[str, int | None] | None = None, owner: str = "mika",
    goal: Mapping[str, Any] | None = None, metrics: list[dict[str, Any]] | None = None, **metric: Any,
) -> str:  # fmt: skip
    """A running goal of one owner, its key. `under` gives parents and shares; `metric` the main metric (0 to 100 without
    any), `metrics` all of them; `goal` columns of the goal itself."""
    several = {"metrics": [{**timed(), **one} for one in metrics]} if metrics is not None else {}
    return made(company, title, owners=(owner,), metric={**timed(), **metric}, parents=under, **several, **(goal or {}))


def say(company: Company, key: str, on: date = ON, *, by: str | Actor = "mika", **figure: Any) -> Measured:
    """Measure the main metric of a goal on a day; a minute passes."""
    company.later()
    with company.indoors():
        actor = company.member(by) if isinstance(by, str) else by
        return measure(actor, key, [{"on": on, **figure}], now=company.now)


def progress_of(company: Company, key: str) -> Decimal | None:
    """The progress a goal has by now."""
    with company.indoors():
        db.session.rollback()
        row = db.session.get(Goal, number(key), populate_existing=True)
        assert row is not None
        return row.progress


def main_of(company: Company, key: str) -> Metric:
    """The main metric as its row stands."""
    with company.indoors():
        db.session.rollback()
        return db.session.query(Metric).filter_by(goal_id=number(key), position=1, removed_at=None).one()


def figures_of(company: Company, key: str) -> list[Measurement]:
    """What was measured by a goal's main metric, by day."""
    metric = main_of(company, key).id
    with company.indoors():
        return db.session.query(Measurement).filter_by(metric_id=metric).order_by(Measurement.on, Measurement.id).all()
