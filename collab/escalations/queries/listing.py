"""What escalates, as lists narrow it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.escalations.models import Escalation
from collab.escalations.queries.views import IS_OPEN, EscalationView, list_by_id
from collab.escalations.rules.states import STATES
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.subjects.queries import list_summaries

MOST = 2000
"""So many at most are looked at for one list, those that fell due first."""
RUNNING = STATES[:-1]
_waits: Table = Escalation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Filter:
    """Only in this state, only where this department is late or waits."""

    state: str | None = None
    department: str | None = None


def list_escalating(
    viewer: Actor, wanted: Filter, now: datetime, *, limit: int, offset: int = 0
) -> tuple[list[EscalationView], int]:
    """What is past its due moment and not over, as far as the viewer may see its subject (administrators and auditors see
    all of it); the one that fell due first on top. With how many there are."""
    columns = (_waits.c.id, _waits.c.subject_key)
    rows = db.session.execute(
        select(*columns).where(*_which(wanted, now)).order_by(_waits.c.due_at, _waits.c.id).limit(MOST)
    ).all()
    if not (viewer.is_admin or viewer.is_auditor):
        seen = list_summaries(viewer, {row.subject_key for row in rows})
        rows = [row for row in rows if row.subject_key in seen]
    ids = [row.id for row in rows]
    found = list_by_id(ids[offset : offset + limit])
    return [found[one] for one in ids[offset : offset + limit]], len(ids)


def count_in_time(now: datetime) -> int:
    """How many clocks run and have not come to their moment."""
    early = (_waits.c.state == STATES[0]) & (_waits.c.next_at > now)
    return db.session.scalar(select(func.count()).select_from(_waits).where(early)) or 0


def _which(wanted: Filter, now: datetime) -> Sequence[ColumnElement[bool]]:
    climbed = _waits.c.state.in_(STATES[1:-1])
    which: list[ColumnElement[bool]] = [or_(climbed, IS_OPEN & (_waits.c.next_at <= now))]
    if wanted.state:
        which.append(_waits.c.state == wanted.state)
    if wanted.department:
        sides = (_waits.c.department == wanted.department, _waits.c.other_department == wanted.department)
        which.append(or_(*sides))
    return which
