"""Moments written while a clock was ahead: no wait may sleep until that clock would have been right."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Table, or_, select, update

from collab.audit import service as audit
from collab.escalations.models import Escalation, Notice
from collab.escalations.rules.climb import after, passed
from collab.escalations.rules.policies import thaw
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, WAITING
from collab.escalations.service import telling
from collab.escalations.service.people_of import Here, people_of, sides_of
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, AnySelect, run
from collab.outbox import service as outbox
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
AHEAD = timedelta(minutes=10)
"""Machines agree within this; what was written later than now was written by a clock that was wrong."""
ALWAYS_TOO_FAR = timedelta(days=800)
"""No policy says so long a wait."""
MOST = 500
_waits: Table = Escalation.__table__  # type: ignore[assignment]
_notices: Table = Notice.__table__  # type: ignore[assignment]
_never = _waits.c.next_at.is_(None) & _waits.c.state.in_((WAITING, CLIMBING, ACKNOWLEDGED))


def repair(now: datetime, *, also: Collection[int] = ()) -> int:
    """Count again from now what was counted by a clock that was ahead, and bring forward what it left to be said; returns
    how many waits were repaired (`also` names more of them, found by looking closer; one that would never be looked at again
    too). Nothing is said twice: a rung that ran stays run. What somebody else holds is left for the next time."""
    with atomic():
        rows = run(_statement(now, also)).all()
        if not rows:
            return 0
        subjects.hold(rows)
        here = people_of(rows, [thaw(row.policy) for row in rows], now)
        for row in rows:
            _again(row, here, now)
        _bring_forward([row.id for row in rows], now)
    return len(rows)


def _statement(now: datetime, also: Collection[int]) -> AnySelect:
    late_words = select(_notices.c.id).where(_notices.c.escalation_id == _waits.c.id, _notices.c.at > now + AHEAD)
    climbed = (_waits.c.state == CLIMBING) & late_words.exists()
    taken = (_waits.c.state == ACKNOWLEDGED) & (_waits.c.acknowledged_at > now + AHEAD)
    nonsense = _waits.c.state.in_((CLIMBING, ACKNOWLEDGED)) & (_waits.c.next_at > now + ALWAYS_TOO_FAR)
    wrong = (
        select(_waits)
        .where(or_(_waits.c.next_at > now, _never), or_(climbed, taken, nonsense, _waits.c.id.in_(sorted(also))))
        .order_by(_waits.c.id)
        .limit(MOST)
    )
    return subjects.with_heads(wrong, _waits.c.subject_key, _waits)


def _again(row: AnyRow, here: Here, now: datetime) -> None:
    policy, clocks = thaw(row.policy), here.clocks(sides_of(row))
    if row.state == ACKNOWLEDGED:
        at = passed(policy.ack, now, here.calendar_of(row.acknowledged_by_id))
    elif row.state == CLIMBING:
        at = after(policy, row.rung - 1, now, clocks)
    else:
        at = row.due_at
    at = min(at, row.next_at or at)
    log.warning("escalation.clock_was_ahead", escalation=row.id, was=str(row.next_at), now=str(at))
    run(update(_waits).where(_waits.c.id == row.id).values(next_at=at, acknowledged_at=_past(row, now)))
    details = {"wait": row.key, "was": str(row.next_at), "is": at.isoformat()}
    audit.record("escalation_repaired", row.subject_key, actor=None, at=now, details=details)


def _past(row: AnyRow, now: datetime) -> datetime | None:
    return min(row.acknowledged_at, now) if row.acknowledged_at else None


def _bring_forward(ids: list[int], now: datetime) -> None:
    """What is still to be said is said now; the notices say when they could be read in truth."""
    wrong = _notices.c.escalation_id.in_(ids) & (_notices.c.at > now + AHEAD)
    told = run(select(_notices).where(wrong, _notices.c.skipped.is_(None))).all()
    outbox.hasten([key for row in told for key in telling.dedupe_keys(row)], to=now)
    run(update(_notices).where(wrong).values(at=now))
    run(update(_notices).where(_notices.c.id.in_([row.id for row in told])).values(notice_at=now))
