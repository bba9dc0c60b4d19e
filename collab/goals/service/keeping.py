"""How every running goal stood when a week ended, kept for what is told of the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from collab.goals.models import Week
from collab.goals.queries.weeks import JOB, is_kept, last_week, running_rows
from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.recordset import dialect

AT_ONCE = 500
_weeks: Table = Week.__table__  # type: ignore[assignment]
_KEEP = {
    "sqlite": sqlite.insert(_weeks).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_weeks).on_conflict_do_nothing(),
}


def keep_week(*, now: datetime) -> int:
    """Write down how goals stand that ran at the end of the last week of the company's zone, each once; returns how many.

    Late is late, but once: what is written is how they stand now. Safe to run twice at once, and after half of it.
    """
    week = last_week(now)
    if is_kept(week):
        return 0
    kept, after = 0, 0
    while rows := running_rows(week, now, after=after, most=AT_ONCE):
        _keep(rows)
        kept += len(rows)
        after = rows[-1]["goal_id"]
    periods.claim(JOB, week, now=now)
    return kept


def _keep(rows: list[dict[str, Any]]) -> None:
    with atomic():
        run(_KEEP[dialect()], rows)
