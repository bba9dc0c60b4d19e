"""Whom an item serves: a stage of the customer's way and a goal, or, in words, why neither. And the people it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.blueprints.service.drawing import Drawn, sides_here
from collab.goals import queries as goals
from collab.goals.queries.stages import find_stage
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import as_typed
from collab.people import queries as people

JUSTIFIED = ("journey_stage", "goal", "unjustified_reason")
Problems = dict[str, Text]


def justification(actor: Actor, fields: Mapping[str, Any], problems: Problems, *, before: Any = None) -> dict[str, Any]:
    """The columns that say whom it serves. What is not said stays as it was (`before`), so that nobody loses a goal hidden
    from them; saying the one takes away the other."""
    if before is not None and not any(name in fields for name in JUSTIFIED):
        return {}
    reason = fields.get("unjustified_reason")
    stage, goal = fields.get("journey_stage"), _goal(actor, fields, problems, before)
    if reason:
        if fields.get("journey_stage") and fields.get("goal"):
            problems["unjustified_reason"] = Text("blueprint.problem.both_said")
        return {"journey_stage": None, "goal_id": None, "unjustified_reason": reason}
    stage = stage or (before.journey_stage if before and "journey_stage" not in fields else None)
    if stage and find_stage(stage) is None:
        problems["journey_stage"] = Text("blueprint.problem.unknown_stage")
    for name, value in (("journey_stage", stage), ("goal", goal)):
        if not value:
            problems.setdefault(name, Text("blueprint.problem.justify"))
    return {"journey_stage": stage, "goal_id": goal, "unjustified_reason": None}


def _goal(actor: Actor, fields: Mapping[str, Any], problems: Problems, before: Any) -> int | None:
    written = fields.get("goal")
    if not written:
        return before.goal if before and "goal" not in fields else None
    return goal_of(actor, written, problems, "goal")


def goal_of(actor: Actor, written: str, problems: Problems, path: str) -> int | None:
    """The number of a live goal the actor may see."""
    goal = goals.find_seen(actor, as_typed(written) or written)
    if goal is None:
        problems[path] = Text("blueprint.problem.unknown_goal", {"goal": written})
    elif not goal.live:
        problems[path] = Text("blueprint.problem.goal_not_live", {"goal": goal.key})
    return goal.id if goal else None


def member_on(
    held: Drawn, email: str | None, side: int | None, problems: Problems, path: str, now: datetime
) -> int | None:
    """An active member by e-mail who stands on a side of the initiative (None: anybody of the company)."""
    if not email:
        problems[path] = Text("field.required")
        return None
    found = people.find_actor_by_email(email, now)
    if found is None or "member" not in found.roles:
        problems[path] = Text("blueprint.problem.unknown_member")
        return None
    if side is not None and side not in sides_here(found, held.initiative):
        problems[path] = Text("blueprint.problem.other_side")
    return found.id


def refuse(problems: Problems) -> None:
    """Raise Invalid with every complaint, if there is one."""
    if problems:
        raise Invalid(problems)
