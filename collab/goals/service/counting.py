"""What a running goal counts: when a running child comes, goes or counts otherwise, the goalposts of its parent move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.goals.queries import GoalView
from collab.goals.queries.ties import made_of_children
from collab.goals.rules import RUNNING
from collab.goals.rules.tree import CONTRIBUTE, Tie
from collab.goals.service import material, shifting
from collab.kernel.actor import Actor


@dataclass(frozen=True)
class Counted:
    """The share in per cent that a child had of a parent, and has; None: it does not count there."""

    parent: GoalView
    before: int | None
    after: int | None


def recounted(child: GoalView, before: Sequence[Tie], after: Sequence[Tie]) -> list[Counted]:
    """Of which running parents, made of their children, the figures change by these ties of a running child."""
    if child.state not in RUNNING:
        return []
    was, is_ = _shares(before), _shares(after)
    changed = [parent for parent in {*was, *is_} if was.get(parent) != is_.get(parent)]
    return [Counted(parent, was.get(parent.id), is_.get(parent.id)) for parent in made_of_children(changed)]


def note(child: GoalView, counted: Sequence[Counted], actor: Actor, reason: str | None, *, now: datetime) -> None:
    """Write it down with the parents, which other people see: a narrowed child is neither named nor quoted there."""
    named = {"child": child.key} if child.visibility == "company" else {}
    for one in counted:
        shifting.record(
            one.parent.id, "late_edit" if material.late(one.parent, now) else "metric", by=actor.id, now=now,
            reason=reason if named else None, before={**named, "share": one.before}, after={**named, "share": one.after},
        )  # fmt: skip


def _shares(ties: Sequence[Tie]) -> Mapping[int, int | None]:
    return {one.parent: one.share for one in ties if one.kind == CONTRIBUTE}
