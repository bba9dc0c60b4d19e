"""Two owners see a goal too differently: the other one is told, and one of them writes down what they made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.goals.models import Discussion
from collab.goals.queries.divergence import Gap, gaps
from collab.goals.queries.goals import GoalView
from collab.goals.service import acknowledging, holding
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.outbox import service as outbox
from collab.outbox.service import Note

DIVERGED, DISCUSSED = "goal.diverged", "goal.discussed"
"""Kinds of message."""

_discussions: Table = Discussion.__table__  # type: ignore[assignment]


def discuss(actor: Actor, key: str, note: str, *, now: datetime) -> int:
    """Write down what both owners made of it; returns how many points they were apart. It stands in neither's inbox any more.

    Raises:
        Invalid: nothing was written.
        NotNow: they are not too far apart (`goal_not_diverged`).
        NotFound, NotAllowed: not seen, not an owner.
    """
    if not note or not note.strip():
        raise Invalid({"note": Text("field.required")})
    with atomic():
        goal = holding.hold(actor, key, "discuss").goal
        gap = gaps([goal.id]).get(goal.id)
        if gap is None:
            raise NotNow("goal_not_diverged")
        row = {"goal_id": goal.id, "by_id": actor.id, "at": now, "divergence": gap.points, "note": note.strip()}
        number = int(db.session.execute(insert(_discussions).returning(_discussions.c.id), [row]).scalar_one())
        acknowledging.settle(goal.id, actor.id, now)
        audit.record("discuss", key, actor=actor, at=now, reason=note.strip(), details={"points": gap.points})
        _tell(DISCUSSED, goal, gap.other(actor.id), str(number), {"by": actor.id, "note": note.strip()}, now)
        outbox.repaint(key, turn=f"discuss-{number}", now=now)
    return gap.points


def tell_of(goal: GoalView, gap: Gap, actor: Actor, number: int, now: datetime) -> None:
    """It has just become too far: the other owner hears of it; whoever said so, in check-in `number`, knows."""
    other = gap.other(actor.id)
    args = {"by": actor.id, "points": gap.points, "mine": gap.said[other], "theirs": gap.said[actor.id]}
    _tell(DIVERGED, goal, other, str(number), args, now)


def _tell(kind: str, goal: GoalView, member: int, turn: str, args: Mapping[str, object], now: datetime) -> None:
    outbox.enqueue(Note(kind, goal.key, f"{kind}:{goal.key}:{turn}:{member}", member=member, args=args), now=now)
