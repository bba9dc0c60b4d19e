"""What a card of another feature says about a goal: who answers for it, from where to where, until when."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from collab.goals.queries.goals import GoalView, find_goal
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.tied import find_seen
from collab.goals.rules.progress import shown
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.units import joined
from collab.people import queries as people
from collab.subjects.registry import Face


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """The goal in a few facts; None if there is none, or it is hidden from the viewer."""
    goal = find_seen(viewer, key) if viewer else find_goal(key)
    if goal is None:
        return None
    names = people.names_of(held.member for held in goal.owners)
    first = names.get(goal.owners[0].member) if goal.owners else None
    main = next(iter(metrics_of([goal.id]).get(goal.id, ())), None)
    way = way_of(goal, main)
    facts = (
        (Text("goal.life.fact.owners"), persons_of(goal, names)),
        (Text("goal.life.fact.way"), f"{main.name}" if main and way is None else way),
        (Text("goal.life.fact.days"), days_of(goal)),
        (Text("goal.life.fact.state"), Text(f"goal.state.{goal.state}")),
    )
    return Face(
        goal.title, f"/goals/{goal.key}", first.name_en if first else "", first.name_ja if first else "", why=goal.outcome,
        facts=tuple((label, value) for label, value in facts if value),
    )  # fmt: skip


def persons_of(goal: GoalView, names: Mapping[int, people.Named]) -> list[Text]:
    """Who answers for it, each with their department."""
    departments = {row.code: row for row in people.list_departments()}
    return [
        Text("goal.life.person_of", {"who": names[held.member], "department": departments[held.department]})
        for held in goal.owners
    ]


def way_of(goal: GoalView, main: MetricView | None) -> Text | None:
    """From where to where the main metric is to go; None where nobody has said so."""
    if goal.progress_from == "children":
        return Text("goal.life.way.children")
    if main is None:
        return None
    course = main.course
    ends = {"start": course.start, "target": course.target, "low": course.lowest, "high": course.highest}
    return Text(f"goal.life.way.{course.kind}", {name: _figure(value, main) for name, value in ends.items()})


def days_of(goal: GoalView) -> Any:
    """From when to when; only the day it is due where nobody said when it begins."""
    if goal.starts_on and goal.due_on:
        return Text("goal.life.fact.from_to", {"start": goal.starts_on, "due": goal.due_on})
    return goal.due_on


def _figure(value: Decimal | None, metric: MetricView) -> str:
    if value is None:
        return "–"
    return joined(shown(value, metric.places), metric.unit)
