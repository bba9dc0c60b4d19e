"""The goals an initiative serves: at least one, always."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert

from collab.audit import service as audit
from collab.goals.queries import GoalView, find_seen
from collab.goals.rules.moves import OPEN
from collab.initiatives.models import InitiativeGoal
from collab.initiatives.queries import InitiativeView
from collab.initiatives.service import holding, settling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text

_ties: Table = InitiativeGoal.__table__  # type: ignore[assignment]
MOST = 10


def link_goal(actor: Actor, key: str, goal: str, *, now: datetime, version: int | None = None) -> InitiativeView:
    """It serves this goal too; again is once. Whoever signed the charter signed another one.

    Raises:
        Invalid: no goal the actor may see, one that is over, too many.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.edit", version=version).initiative
        problems: dict[str, Text] = {}
        (found,) = wanted(actor, [goal], problems, at="goal") or (None,)
        if found and found.id in initiative.goals:
            return initiative
        if len(initiative.goals) >= MOST:
            problems.setdefault("goal", Text("field.too_many", {"n": MOST}))
        if problems or found is None:
            raise Invalid(problems)
        tie(initiative.id, [found], actor, now)
        audit.record("link_goal", key, actor=actor, at=now, after={"goal": found.key})
        return settling.settle(initiative, "goals", actor, now=now)


def unlink_goal(actor: Actor, key: str, goal: str, *, now: datetime, version: int | None = None) -> InitiativeView:
    """It serves this goal no more.

    Raises:
        Invalid: it does not (a goal the actor may not see is none); it is the last one.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.edit", version=version).initiative
        found = _seen(actor, goal)
        if found is None or found.id not in initiative.goals:
            raise Invalid({"goal": Text("initiative.problem.not_linked")})
        if len(initiative.goals) == 1:
            raise Invalid({"goal": Text("initiative.problem.last_goal")})
        run(delete(_ties).where(_ties.c.initiative_id == initiative.id, _ties.c.goal_id == found.id))
        audit.record("unlink_goal", key, actor=actor, at=now, before={"goal": found.key})
        return settling.settle(initiative, "goals", actor, now=now)


def wanted(actor: Actor, keys: Sequence[str], problems: dict[str, Text], *, at: str = "") -> list[GoalView]:
    """The goals of keys, as far as the actor may see them; complaints go to `problems`, under `goals.N` or `at`."""
    found: dict[int, GoalView] = {}
    for number, key in enumerate(keys):
        field, goal = at or f"goals.{number}", _seen(actor, key)
        if goal is None:
            problems[field] = Text("initiative.problem.unknown_goal", {"goal": key})
        elif goal.state not in OPEN:
            problems[field] = Text("initiative.problem.goal_over", {"goal": goal.key})
        else:
            found[goal.id] = goal
    return list(found.values())


def tie(initiative: int, goals: Iterable[GoalView], actor: Actor, now: datetime) -> None:
    """Write the ties."""
    rows = [
        {"initiative_id": initiative, "goal_id": one.id, "linked_by_id": actor.id, "linked_at": now} for one in goals
    ]
    if rows:
        run(insert(_ties), rows)


def _seen(actor: Actor, key: str) -> GoalView | None:
    return find_seen(actor, key)
