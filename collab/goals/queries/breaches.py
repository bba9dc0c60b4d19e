"""Figures that left the bounds they are to be kept in, each with the goal that would bring it back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from collab.goals.models import Goal, Metric
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.sight import visible
from collab.goals.rules.progress import CONTROL
from collab.goals.rules.tree import SUPPORT
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.permits import permits

_goals: Table = Goal.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Breach:
    """A control metric of a running goal out of its bounds. `title` is how a goal against it would be called."""

    goal: GoalView
    metric: MetricView

    @property
    def title(self) -> Text:
        """A title to begin with."""
        return Text("goal.figures.bring_back", {"metric": self.metric.name})

    @property
    def bound(self) -> Decimal | None:
        """Which bound it left."""
        course, figure = self.metric.course, self.metric.figure
        low, high = course.lowest, course.highest
        below = low is not None and figure is not None and figure < low
        return low if below else high

    @property
    def proposal(self) -> dict[str, Any]:
        """The rest of such a goal as `POST /goals` takes it: under the one whose bound it is, from today's figure to it."""
        metric, bound = self.metric, self.bound
        up = bound is not None and metric.figure is not None and metric.figure < bound
        return {
            "journey_stage": self.goal.journey_stage,
            "parents": [{"goal": self.goal.key, "kind": SUPPORT}],
            "metric": {
                "name": metric.name, "type": metric.type, "unit": metric.unit, "kind": "increase" if up else "decrease",
                "baseline": None if metric.shown is None else f"{metric.shown:f}",
                "baseline_on": metric.measured_on.isoformat() if metric.measured_on else None,
                "target": None if bound is None else f"{bound:f}",
            },
        }  # fmt: skip


def list_breaches(viewer: Actor) -> list[Breach]:
    """Everything out of its bounds in running goals the viewer may see. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    guarded = (
        select(_metrics.c.goal_id)
        .where(_metrics.c.kind.in_(CONTROL), _metrics.c.removed_at.is_(None), _metrics.c.measured_on.is_not(None))
        .scalar_subquery()
    )
    wanted = ALL.where(_goals.c.state == "active", _goals.c.id.in_(guarded), visible(viewer)).order_by(_goals.c.id)
    goals = with_owners(db.session.execute(wanted).all())
    metrics = metrics_of([goal.id for goal in goals]) if goals else {}
    return [breach for goal in goals for breach in breaches_of(goal, metrics.get(goal.id, ()))]


def breaches_of(goal: GoalView, metrics: tuple[MetricView, ...]) -> list[Breach]:
    """What is out of its bounds in one running goal."""
    return [Breach(goal, one) for one in metrics if goal.state == "active" and one.course.control and one.broken]
