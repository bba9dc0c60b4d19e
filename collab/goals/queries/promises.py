"""The ledger of promises (お客様への約束): what is promised, what customers experience, how far apart the two are, and the goals
that are to keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Table, select

from collab.goals.models import Goal, Parent
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.sight import visible
from collab.goals.queries.standing import Standing, standings
from collab.goals.rules import promises as rules
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.permits import permits

_goals: Table = Goal.__table__  # type: ignore[assignment]
_parents: Table = Parent.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Pledge:
    """One promise as it stands. `gap` is promise minus experience, in the unit of the metrics, None while one of them is not
    known or they are measured in different units; `short`: customers get less than promised; `broken`: less than what may
    ever be. `evidence`: the goals under it that the viewer may see, with how they stand."""

    goal: GoalView
    standing: Standing
    promise: MetricView | None
    experience: MetricView | None
    promised: Fraction | None
    experienced: Fraction | None
    gap: Fraction | None
    short: bool
    broken: bool
    evidence: tuple[tuple[GoalView, Standing], ...]


def list_promises(viewer: Actor, *, now: datetime) -> list[Pledge]:
    """Promises the viewer may see that were not given up, the broken first. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    kept = (_goals.c.kind == "promise") & (_goals.c.state != "closed")
    goals = with_owners(db.session.execute(ALL.where(visible(viewer), kept).order_by(_goals.c.id)).all())
    under = _under(viewer, [goal.id for goal in goals]) if goals else {}
    children = {child.id: child for ones in under.values() for child in ones}
    stand = standings([*goals, *(child for child in children.values() if child not in goals)], now=now)
    found = [
        pledge(goal, stand[goal.id], [(child, stand[child.id]) for child in under.get(goal.id, ())]) for goal in goals
    ]
    return sorted(found, key=lambda one: (not one.broken, not one.short, one.goal.id))


def pledge(goal: GoalView, standing: Standing, evidence: Sequence[tuple[GoalView, Standing]] = ()) -> Pledge:
    """A promise from what is known already."""
    promise, experience = (
        next((one for one in standing.metrics if one.role == role), None) for role in ("promise", "experience")
    )
    promised = rules.promised(promise.course, promise.figure) if promise else None
    experienced = experience.figure if experience else None
    one_unit = promise is not None and experience is not None and promise.unit == experience.unit
    apart = rules.gap(promised, experienced) if one_unit else None
    return Pledge(
        goal, standing, promise, experience, promised, experienced, apart,
        rules.falls_short(apart, experience.course.kind if experience else ""),
        experience is not None and experience.broken, tuple(evidence),
    )  # fmt: skip


def _under(viewer: Actor, promises: Sequence[int]) -> dict[int, list[GoalView]]:
    """What hangs under each, as far as the viewer may see it."""
    ties = db.session.execute(
        select(_parents.c.parent_id, _parents.c.child_id)
        .where(_parents.c.parent_id.in_(promises))
        .order_by(_parents.c.child_id)
    ).all()
    rows = db.session.execute(ALL.where(_goals.c.id.in_([tie.child_id for tie in ties]), visible(viewer))).all()
    seen = {goal.id: goal for goal in with_owners(rows)}
    found: dict[int, list[GoalView]] = {}
    for parent, child in ties:
        if child in seen:
            found.setdefault(parent, []).append(seen[child])
    return found
