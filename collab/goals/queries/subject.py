"""How goals appear in other features' pages, in cards and in search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.sight import Involved, involved
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.subjects.registry import Summary, Wanted, keys_in


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per goal a viewer may see. One statement."""
    goals = {key_of(PREFIX, goal.id): goal for goal in involved([number_of(PREFIX, key) for key in keys_in(wanted)])}
    for viewer, keys in wanted:
        for key in filter(goals.__contains__, keys):
            if permits.allows("goal.show", goals[key].relations(viewer)):
                yield viewer.id, _summary(key, goals[key])


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a goal is found by."""
    found = db.session.query(Goal).where(Goal.id.in_([number_of(PREFIX, key) for key in keys]))
    return {goal.key: f"{goal.key} {goal.title} {goal.outcome}" for goal in found}


def _summary(key: str, goal: Involved) -> Summary:
    return Summary(key, "goal", goal.title, f"/goals/{key}", Text(f"goal.state.{goal.state}"))
