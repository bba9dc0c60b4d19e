"""Writing down that a goalpost moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from collab.goals.models import CheckIn, Shift
from collab.goals.rules import watermelon
from collab.kernel.db import AnyRow, db, run

_shifts: Table = Shift.__table__  # type: ignore[assignment]
_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_LOOKED_AT = 60
"""Check-ins: more than a streak that counts can need, whoever else checks in between."""


def record(
    goal: int, kind: str, *, by: int | None, now: datetime, reason: str | None = None, before: Any = None,
    after: Any = None, metric: int | None = None,
) -> None:  # fmt: skip
    """One moved goalpost of a running goal: `kind` is target, baseline, guard, metric, due, owners, late_edit, late_measurement or
    greener; `before` and `after` are what the change was, as the API writes it."""
    run(
        insert(_shifts),
        {"goal_id": goal, "metric_id": metric, "kind": kind, "before": before, "after": after, "reason": reason,
         "by_id": by, "at": now},
    )  # fmt: skip


def note_green(goal: int, checkins: Sequence[Any] | None = None) -> bool:
    """Call it in the transaction of a check-in, once its row is written: where the owners have now been greener than the
    figures two cycles running, that is a moved goalpost, once per streak. `checkins` are the goal's, in any order; without
    them they are read. Returns whether it was noted."""
    claims = sorted(_last(goal) if checkins is None else checkins, key=lambda one: (one.at, one.id))
    if not watermelon.crosses(claims):
        return False
    newest = claims[-1]
    record(
        goal, "greener", by=newest.member_id, now=newest.at, reason=newest.reason,
        before={"suggested": newest.suggested}, after={"status": newest.status},
    )  # fmt: skip
    return True


def _last(goal: int) -> Sequence[AnyRow]:
    latest = (_checkins.c.at.desc(), _checkins.c.id.desc())
    return db.session.execute(
        select(_checkins).where(_checkins.c.goal_id == goal).order_by(*latest).limit(_LOOKED_AT)
    ).all()
