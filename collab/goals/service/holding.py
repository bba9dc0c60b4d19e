"""What every verb shares: the lock, the permit under the lock, the move. Order of locks: subjects first, then the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update

from collab.goals.models import Goal, Tree
from collab.goals.queries import GoalView, find_goal, relations_of
from collab.kernel.actor import Actor
from collab.kernel.atomic import current
from collab.kernel.db import db, run
from collab.kernel.errors import NotFound, NotNow, Stale
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_goals: Table = Goal.__table__  # type: ignore[assignment]
_tree: Table = Tree.__table__  # type: ignore[assignment]
_LOCK_TREE = select(_tree.c.version).where(_tree.c.id == 1).with_for_update()


@dataclass(frozen=True)
class HeldGoal:
    """A goal under its lock, and what the actor is to it."""

    goal: GoalView
    relations: frozenset[str]

    @property
    def key(self) -> str:
        """`G-3`."""
        return self.goal.key


def hold(actor: Actor, key: str, verb: str, *, version: int | None = None) -> HeldGoal:
    """The goal, locked, once `goal.<verb>` is permitted. `version` is what the actor saw, if they say so.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed, NotNow: not theirs, or not in this state.
        Stale: it was changed since they looked.
    """
    goal = locked(key)
    relations = relations_of(actor, goal)
    if not permits.allows("goal.show", relations):
        raise NotFound
    permits.check(f"goal.{verb}", relations, goal.state)
    if version is not None and version != goal.version:
        raise Stale
    return HeldGoal(goal, relations)


def locked(key: str) -> GoalView:
    """The goal as the database has it under the lock, whoever asks. Raises NotFound."""
    subjects.lock(key)
    goal = find_goal(key)
    if goal is None:
        raise NotFound
    return goal


def move(goal: GoalView, values: Mapping[str, Any]) -> None:
    """Change a locked goal: compare-and-set on the version the transaction read.

    It holds the tree from here on: whoever computes progress anew writes rows of goals too, and would wait for this one
    while this one waits for the tree. Who moves several goals locks all their subjects first (`subjects.lock_all`).
    """
    lock_tree()
    at = (_goals.c.id == goal.id) & (_goals.c.version == goal.version)
    done = db.session.execute(update(_goals).where(at).values(**values, version=goal.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")


def lock_tree() -> None:
    """Hold the tree for the rest of the transaction: before ties change, and before progress is computed anew."""
    notes = current().notes
    if "goals.tree" not in notes:
        run(_LOCK_TREE)
        notes["goals.tree"] = True
