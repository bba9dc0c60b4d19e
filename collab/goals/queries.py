"""Read-only answers about goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from collab.goals.models import Goal
from collab.goals.rules import LIVE
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db, run
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.subjects.registry import Summary

PREFIX = "G"


@dataclass(frozen=True)
class GoalView:
    """A goal as pages, API and cards show it."""

    id: int
    key: str
    title: str
    outcome: str
    target: str
    due_on: date | None
    owner: int
    department: str
    state: str

    @property
    def live(self) -> bool:
        """Whether work may be tied to it."""
        return self.state in LIVE


def list_goals(viewer: Actor, *, state: str | None = None, live: bool = False) -> list[GoalView]:
    """Goals the viewer may see, by key. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    wanted = _ALL.order_by(Goal.id)
    if state:
        wanted = wanted.where(Goal.state == state)
    if live:
        wanted = wanted.where(Goal.state.in_(LIVE))
    return [_view(row) for row in db.session.execute(wanted)]


def get_goal(viewer: Actor, key: str) -> GoalView:
    """One goal. Raises NotFound, also when the viewer may not see it."""
    goal = find_goal(key)
    if goal is None or not permits.allows("goal.show", viewer.roles):
        raise NotFound
    return goal


def find_goal(key: str) -> GoalView | None:
    """The goal of a key, whoever asks; None if there is none."""
    try:
        number = number_of(PREFIX, key)
    except NotFound:
        return None
    row = run(_BY_ID, {"id": number}).one_or_none()
    return _view(row) if row else None


def summaries(viewer: Actor, keys: Sequence[str]) -> Mapping[str, Summary]:
    """For the registry of subjects."""
    if not permits.allows("goal.show", viewer.roles):
        return {}
    rows = db.session.execute(_ALL.where(Goal.id.in_([number_of(PREFIX, key) for key in keys])))
    return {goal.key: _summary(goal) for goal in map(_view, rows)}


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """For the search index."""
    rows = db.session.execute(_ALL.where(Goal.id.in_([number_of(PREFIX, key) for key in keys])))
    return {goal.key: f"{goal.key} {goal.title} {goal.outcome} {goal.target}" for goal in map(_view, rows)}


_ALL: AnySelect = select(
    Goal.id, Goal.title, Goal.outcome, Goal.target, Goal.due_on, Goal.owner_id, Goal.department_code, Goal.state
)


_BY_ID = _ALL.where(Goal.id == bindparam("id"))


def _view(row: AnyRow) -> GoalView:
    return GoalView(
        row.id, key_of(PREFIX, row.id), row.title, row.outcome, row.target, row.due_on, row.owner_id,
        row.department_code, row.state,
    )  # fmt: skip


def _summary(goal: GoalView) -> Summary:
    return Summary(goal.key, "goal", goal.title, f"/goals/{goal.key}", Text(f"goal.state.{goal.state}"))
