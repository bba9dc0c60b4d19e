"""Having read what the other side said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.goals.models import CheckIn
from collab.goals.service import holding
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run

_checkins: Table = CheckIn.__table__  # type: ignore[assignment]


def acknowledge(actor: Actor, key: str, *, now: datetime) -> int:
    """An owner has read the check-ins others made; returns how many there were. Doing it again changes nothing.

    Raises NotFound or NotAllowed.
    """
    with atomic():
        held = holding.hold(actor, key, "acknowledge")
        count = settle(held.goal.id, actor.id, now)
        if count:
            audit.record("acknowledge", key, actor=actor, at=now, details={"check_ins": count})
    return count


def settle(goal: int, member: int, now: datetime) -> int:
    """The same inside another verb: one's own check-in says that one has read the other side's."""
    unread = (_checkins.c.goal_id == goal, _checkins.c.member_id != member, _checkins.c.acknowledged_at.is_(None))
    done = run(update(_checkins).where(*unread).values(acknowledged_at=now, acknowledged_by_id=member))
    return int(done.rowcount)
