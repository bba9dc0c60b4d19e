"""Goals as lines of a tree or a list: each with how it stands, how it is tied to what is above, how many are below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Integer, Table, case, cast, func, null, select, union_all

from collab.goals.models import Goal, Parent
from collab.goals.queries.goals import GoalView, with_owners
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.sight import visible
from collab.goals.queries.standing import Standing, standings_as_read
from collab.goals.rules import STATUSES
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db

goals: Table = Goal.__table__  # type: ignore[assignment]
ties: Table = Parent.__table__  # type: ignore[assignment]
PAGE = 50
"""How many lines of one level are read at a time."""

NEAREST = ("active", "paused", "accepted", "draft", "candidate", "closed")
"""States in the order in which a list shows them: what runs first, what is over last."""

BY_STATE = case({state: place for place, state in enumerate(NEAREST)}, value=goals.c.state, else_=len(NEAREST))


@dataclass(frozen=True)
class Branch:
    """One line. `kind` and `share` say how it is tied to the goal it is listed under (None where it is listed by itself);
    `below` counts the children the viewer may see; `orphan` is a goal that serves nothing above it at all."""

    goal: GoalView
    standing: Standing
    kind: str | None = None
    share: int | None = None
    below: int = 0
    orphan: bool = False


def branches(
    viewer: Actor, rows: Sequence[AnyRow], now: datetime, also: dict[int, tuple[MetricView, ...]] | None = None
) -> list[Branch]:
    """The lines of rows of `ALL`, with `tie` and `share` where they have them. As many statements for many as for one.
    `also` names further goals whose metrics are read along, and has them then."""
    found = with_owners(rows)
    ids = [goal.id for goal in found]
    metrics = metrics_of([*ids, *(also or ())]) if ids or also else {}
    if also is not None:
        also.update({number: metrics.get(number, ()) for number in also})
    stands = standings_as_read(found, now=now, metrics=metrics)
    below, above = _round(viewer, ids)
    if viewer.is_partner:
        stands = {number: discreet(one) for number, one in stands.items()}
    return [
        Branch(
            goal, stands[goal.id], getattr(row, "tie", None), getattr(row, "share", None), below.get(goal.id, 0),
            goal.kind == "goal" and goal.id not in above,
        )
        for row, goal in zip(rows, found, strict=True)
    ]  # fmt: skip


def discreet(standing: Standing) -> Standing:
    """How a goal stands before a guest: the figures, not what its owners think of each other's."""
    return replace(standing, said=(), divergence=None, diverged=False, dark=False)


def worst_first(found: Sequence[Branch]) -> list[Branch]:
    """The same, off track before on track, what does not run after what runs."""
    return sorted(found, key=lambda one: weight(one.goal, one.standing))


def weight(goal: GoalView, standing: Standing) -> tuple[int, int, int, int]:
    """By what the worst comes first: its state, the worse of what is claimed and what the figures say, then what else is wrong
    with it: nobody checks in, its owners are apart."""
    word = max(STATUSES.index(standing.status), STATUSES.index(standing.suggested))
    worry = 2 * standing.dark + standing.diverged
    return NEAREST.index(goal.state), -max(word, 1 if worry else 0), -worry, goal.id


def tied(ids: Sequence[int]) -> set[int]:
    """Which of these goals have something above them, seen or not."""
    return set(db.session.scalars(select(ties.c.child_id).where(ties.c.child_id.in_(ids)))) if ids else set()


def _round(viewer: Actor, ids: Sequence[int]) -> tuple[Mapping[int, int], set[int]]:
    """How many children of each the viewer may see (those hidden from them are not counted), and which of them have something
    above them, seen or not. One statement."""
    if not ids:
        return {}, set()
    counted = (
        select(ties.c.parent_id, func.count().label("below"))
        .join(goals, goals.c.id == ties.c.child_id)
        .where(ties.c.parent_id.in_(ids), visible(viewer))
        .group_by(ties.c.parent_id)
    )
    held = select(ties.c.child_id, cast(null(), Integer)).where(ties.c.child_id.in_(ids))
    rows = db.session.execute(union_all(counted, held)).all()
    below = {row[0]: row[1] for row in rows if row[1] is not None}
    return below, {row[0] for row in rows if row[1] is None}
