"""What would happen next to a wait if nobody acts: for the card that warns of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select

from collab.escalations.models import Escalation
from collab.escalations.queries import IS_OPEN
from collab.escalations.rules.people import choose
from collab.escalations.rules.policies import thaw
from collab.escalations.service.people_of import people_of, sides_of
from collab.kernel.db import run

_waits: Table = Escalation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Foreseen:
    """The next rung: when it would run, and who would hear by today's organisation; `together`: in one card."""

    at: datetime
    members: tuple[int, ...]
    together: bool


def foresee(key: str, now: datetime) -> Foreseen | None:
    """The next rung of the wait of this key that runs; None when there is no further one, or nothing runs."""
    row = run(select(_waits).where(_waits.c.key == key, IS_OPEN)).one_or_none()
    if row is None or row.next_at is None:
        return None
    policy = thaw(row.policy)
    if row.rung >= len(policy.rungs):
        return None
    rung = policy.rungs[row.rung]
    told = choose(rung, sides_of(row), people_of([row], [policy], now).organisation).told
    return Foreseen(row.next_at, tuple(one.member for one in told), rung.shared and len(told) > 1)
