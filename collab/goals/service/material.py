"""What a change of substance costs: before a goal runs, the yes of whoever else said it; afterwards, a reason and a goalpost
that moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from collab.goals.queries import GoalView, find_goal
from collab.goals.queries.habits import today
from collab.goals.rules import RUNNING
from collab.goals.service import holding, owning, shifting, telling
from collab.goals.service.content import plain
from collab.kernel.actor import Actor
from collab.kernel.words import checked_reason, checked_words

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]
"""What was, and what is."""

Edits = Mapping[str, Pair]
"""The same by kind of goalpost."""


def conclude(
    goal: GoalView, edits: Edits, values: Mapping[str, Any], *, actor: Actor, now: datetime, reason: str | None,
    metric: int | None = None, words: Pair | None = None,
) -> str | None:  # fmt: skip
    """Write a change of a locked goal and do what it asks for: whoever else accepted is asked again, or on a running goal
    the goalposts of `edits` move and the other side hears why. `words` is what the goal says: it needs a reason, too, and is
    a goalpost after the day the goal was due. Returns the reason as it is kept. Raises Invalid where it is missing.
    """
    if goal.state in RUNNING:
        why = _shift(goal, edits, actor, now, reason, metric, words)
        moved = _moved(goal, values)
        if edits or words:
            whom = telling.owners(goal) | telling.concerned(moved, now)
            changes = _changes([*edits.values(), *([words] if words else [])])
            telling.told(moved, "change", actor, now=now, whom=whom, said=why, changes=changes)
    else:
        why = checked_words("reason", reason)
        voided = void_others(goal, actor) if edits else []
        back = {"state": "draft"} if voided and goal.state == "accepted" else {}
        moved = _moved(goal, {**values, **back})
        telling.ask(moved, voided, now=now)
    telling.repaint(moved, now=now)
    return why


def _changes(pairs: Iterable[Pair]) -> list[list[Any]]:
    """What was and what is, field by field, as messages show it."""
    return [
        [name, plain(old.get(name)), plain(new.get(name))]
        for old, new in pairs
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def late(goal: GoalView, now: datetime) -> bool:
    """Whether the day a goal was due is past."""
    return goal.due_on is not None and goal.due_on < today(now)


def void_others(goal: GoalView, actor: Actor) -> list[int]:
    """Whoever else said yes, said it to something else. Returns whom."""
    others = [held for held in goal.owners if held.accepted and held.member != actor.id]
    if others:
        owning.change([held.id for held in others], {"accepted_at": None, "means": None})
    return [held.member for held in others]


def _moved(goal: GoalView, values: Mapping[str, Any]) -> GoalView:
    holding.move(goal, values)
    return find_goal(goal.key) or goal


def _shift(
    goal: GoalView,
    edits: Edits,
    actor: Actor,
    now: datetime,
    reason: str | None,
    metric: int | None,
    words: Pair | None,
) -> str | None:
    """After the day it was due every change is one late edit, whatever it touched."""
    if not edits and not words:
        return checked_words("reason", reason)
    why = checked_reason(reason)
    if late(goal, now):
        pairs = [*edits.values(), *([words] if words else [])]
        edits = {"late_edit": (_together(pairs, 0), _together(pairs, 1))}
    for kind, (old, new) in edits.items():
        shifting.record(
            goal.id, kind, by=actor.id, now=now, reason=why, before=plain(old), after=plain(new), metric=metric
        )
    return why


def _together(pairs: Iterable[Pair], at: int) -> dict[str, Any]:
    return {name: value for pair in pairs for name, value in pair[at].items()}
