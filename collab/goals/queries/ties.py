"""Ties between goals, and everything above and below one: read again under the lock of the tree before ties change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, Table, exists, literal, or_, select

from collab.goals.models import PREFIX, Goal, Metric, Parent
from collab.goals.queries.goals import ALL, GoalView, list_seen, with_owners
from collab.goals.rules import RUNNING
from collab.goals.rules.tree import Tie
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of

_parents: Table = Parent.__table__  # type: ignore[assignment]
_goals: Table = Goal.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]
_FAR = 64
"""Where a walk ends whatever the rows say."""


def ties_of(goals: Iterable[int]) -> Mapping[int, tuple[Tie, ...]]:
    """The parents of each of these goals."""
    rows = db.session.execute(
        select(_parents).where(_parents.c.child_id.in_(list(goals))).order_by(_parents.c.child_id, _parents.c.parent_id)
    )
    found: dict[int, tuple[Tie, ...]] = {}
    for row in rows:
        found[row.child_id] = (*found.get(row.child_id, ()), Tie(row.parent_id, row.kind, row.share))
    return found


def above(goals: Iterable[int]) -> Mapping[int, dict[int, int]]:
    """Of each goal, itself and all its ancestors with their level: it is on the first, its parents on the second."""
    return _walk(goals, _parents.c.child_id, _parents.c.parent_id)


def below(goals: Iterable[int]) -> Mapping[int, dict[int, int]]:
    """The same downwards: itself and all that hangs under it."""
    return _walk(goals, _parents.c.parent_id, _parents.c.child_id)


def _walk(goals: Iterable[int], here: Any, there: Any) -> Mapping[int, dict[int, int]]:
    start = select(_goals.c.id.label("root"), _goals.c.id, literal(1).label("level")).where(
        _goals.c.id.in_(list(goals))
    )
    walk = start.cte("walk", recursive=True)
    step: Select[Any] = select(walk.c.root, there, walk.c.level + 1).where(walk.c.id == here, walk.c.level < _FAR)
    walk = walk.union(step)
    found: dict[int, dict[int, int]] = {}
    for row in db.session.execute(select(walk)):
        levels = found.setdefault(row.root, {})
        levels[row.id] = max(row.level, levels.get(row.id, 0))
    return found


def kinds_of(goals: Iterable[int]) -> Mapping[int, str]:
    """What each of these is: vision, promise or goal."""
    rows = db.session.execute(select(_goals.c.id, _goals.c.kind).where(_goals.c.id.in_(list(goals))))
    return {row.id: row.kind for row in rows}


def children_of(goal: int) -> list[Tie]:
    """What hangs directly under a goal; here `parent` is the child's id."""
    rows = db.session.execute(
        select(_parents.c.child_id, _parents.c.kind, _parents.c.share)
        .where(_parents.c.parent_id == goal)
        .order_by(_parents.c.child_id)
    )
    return [Tie(row.child_id, row.kind, row.share) for row in rows]


def made_of_children(goals: Iterable[int]) -> list[GoalView]:
    """Those of these goals that run and whose progress or figures are made of what contributes to them, by key."""
    gathers = exists().where(
        _metrics.c.goal_id == _goals.c.id, _metrics.c.gathers.is_(True), _metrics.c.removed_at.is_(None)
    )
    here = _goals.c.id.in_(list(goals)) & _goals.c.state.in_(RUNNING)
    counting = or_(_goals.c.progress_from == "children", gathers)
    return with_owners(db.session.execute(ALL.where(here, counting).order_by(_goals.c.id)).all())


def parents_seen(viewer: Actor, goal: int) -> list[dict[str, str]]:
    """The parents of a goal that the viewer may see, as a form shows them."""
    ties = ties_of([goal]).get(goal, ())
    seen = list_seen(viewer, [key_of(PREFIX, one.parent) for one in ties]) if ties else {}
    return [
        {"goal": key_of(PREFIX, one.parent), "kind": one.kind, "share": "" if one.share is None else str(one.share)}
        for one in ties
        if key_of(PREFIX, one.parent) in seen
    ]
