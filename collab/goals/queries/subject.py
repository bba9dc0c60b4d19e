"""How goals appear in other features' pages, in cards and in search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.goals import GoalView, list_seen
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import number_of
from collab.subjects.registry import Summary


def summaries(viewer: Actor, keys: Sequence[str]) -> Mapping[str, Summary]:
    """One line per goal the viewer may see."""
    return {key: _summary(goal) for key, goal in list_seen(viewer, keys, brief=True).items()}


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a goal is found by."""
    found = db.session.query(Goal).where(Goal.id.in_([number_of(PREFIX, key) for key in keys]))
    return {goal.key: f"{goal.key} {goal.title} {goal.outcome}" for goal in found}


def _summary(goal: GoalView) -> Summary:
    return Summary(goal.key, "goal", goal.title, f"/goals/{goal.key}", Text(f"goal.state.{goal.state}"))
