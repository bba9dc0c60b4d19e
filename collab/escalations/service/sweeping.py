"""The short sweep: claims waits whose moment has come in batches, each one short transaction; four of them at once are
harmless."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

from collab.audit import service as audit
from collab.escalations.models import Escalation
from collab.escalations.service import silences
from collab.escalations.service.climbing import move
from collab.escalations.service.repairing import AHEAD, repair
from collab.escalations.service.silences import SWEEP, Catching
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, Moment, db, run
from collab.kernel.errors import DomainError
from collab.outbox import queries as outbox_queries
from collab.outbox import service as outbox
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
BATCH = 500
LONGEST = 20.0
"""Seconds; the next tick goes on where this one stopped."""
_waits: Table = Escalation.__table__  # type: ignore[assignment]
_NEEDED = (
    _waits.c.id, _waits.c.key, _waits.c.subject_key, _waits.c.watch, _waits.c.severity, _waits.c.state, _waits.c.policy,
    _waits.c.late_id, _waits.c.other_id, _waits.c.department, _waits.c.other_department, _waits.c.due_at, _waits.c.next_at,
    _waits.c.rung, _waits.c.loop, _waits.c.heard,
)  # fmt: skip
_IS_DUE = _waits.c.next_at <= bindparam("now", type_=Moment)
_NOT_THESE = _waits.c.id.not_in(bindparam("stuck", expanding=True))
_DUE = subjects.with_heads(
    select(*_NEEDED).where(_IS_DUE, _NOT_THESE).order_by(_waits.c.next_at, _waits.c.id).limit(bindparam("most")),
    _waits.c.subject_key, _waits,
)  # fmt: skip
_ONE = subjects.with_heads(
    select(*_NEEDED).where(_IS_DUE, _waits.c.id == bindparam("wait")), _waits.c.subject_key, _waits
)
_FIRST = select(func.min(_waits.c.next_at))
_IDS = select(_waits.c.id).where(_IS_DUE, _NOT_THESE).order_by(_waits.c.next_at, _waits.c.id).limit(bindparam("most"))


def sweep(*, now: datetime, limit: int = BATCH) -> int:
    """Run everything that is due and leave word that a sweep finished; returns how many waits were moved."""
    last = outbox_queries.last_sweep(SWEEP)
    while last is not None and last - now > AHEAD and repair(now):
        pass  # the last sweep was made by a clock that was ahead: what it wrote is counted again, before word is left
    catching = silences.heard_of(last, now)
    end, moved = time.monotonic() + LONGEST, 0
    stuck: set[int] = set()
    while True:
        seen, done = _batch(now, limit, catching, stuck)
        moved += done
        if seen < limit:
            break
        if time.monotonic() > end:
            return moved
    with atomic():
        silences.close(catching, now=now)
        outbox.leave_word(SWEEP, now)
    return moved


def replay(*, until: datetime) -> int:
    """Run what fell due in a past that is being told, each at its own moment, without leaving word of a sweep; returns how
    many waits were moved. Errors are the teller's: nothing is skipped."""
    moved, last = 0, None
    while (at := run(_FIRST).scalar()) is not None and at <= until and at != last:
        with atomic():
            audit.write_waiting()
            moved += _move(run(_DUE, {"now": at, "most": BATCH, "stuck": []}).all(), at, None)
        last = at
    return moved


def _batch(now: datetime, limit: int, catching: Catching | None, stuck: set[int]) -> tuple[int, int]:
    """How many were looked at, and how many moved."""
    try:
        with atomic():
            rows = run(_DUE, {"now": now, "most": limit, "stuck": sorted(stuck)}).all()
            return len(rows), _move(rows, now, catching)
    except (SQLAlchemyError, DomainError, LookupError, TypeError, ValueError, AttributeError):
        log.exception("escalation.batch_failed")
        return _one_by_one(now, limit, catching, stuck)


def _one_by_one(now: datetime, limit: int, catching: Catching | None, stuck: set[int]) -> tuple[int, int]:
    """A batch that fails as a whole holds some that cannot be moved: they stay due, and are reported; the others go on, and
    so do those behind them."""
    moved, waits = 0, run(_IDS, {"now": now, "most": limit, "stuck": sorted(stuck)}).scalars().all()
    for wait in waits:
        try:
            with atomic():
                moved += _move(run(_ONE, {"now": now, "wait": wait}).all(), now, catching)
        except (SQLAlchemyError, DomainError, LookupError, TypeError, ValueError, AttributeError):
            log.exception("escalation.failed", escalation=wait)
            stuck.add(wait)
    db.session.rollback()
    return len(waits), moved


def _move(rows: Sequence[AnyRow], now: datetime, catching: Catching | None) -> int:
    if rows:
        subjects.hold(rows)
        move(rows, now=now, catching=silences.begin(catching, rows, now))
    return len(rows)
