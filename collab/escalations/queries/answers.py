"""Answer times between departments, from the waits for answers to asks: whoever reads them may know of each ask that is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Table, select

from collab.calendars.queries import calendar_or_default
from collab.escalations.models import Escalation
from collab.escalations.registry import watches
from collab.escalations.rules.answers import Pair, Stretch, both_ways, pairs
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.people import queries as people

ASKED = "task.answer"
MOST = 50_000
Sides = tuple[Collection[str], Collection[str]]
_waits: Table = Escalation.__table__  # type: ignore[assignment]
_COLUMNS = (
    _waits.c.key, _waits.c.department, _waits.c.other_department, _waits.c.late_id, _waits.c.started_at, _waits.c.due_at,
    _waits.c.ended_at, _waits.c.end_reason,
)  # fmt: skip


def list_answer_times(viewer: Actor, from_at: datetime, until_at: datetime, now: datetime) -> list[Pair]:
    """What departments asked of each other and how long the answers took; an ask counts where its clock first started."""
    return pairs(list_stretches(from_at, until_at, now, hidden=_hidden(viewer)))


def answer_times_between(
    viewer: Actor, sides: Sides, from_at: datetime, until_at: datetime, now: datetime
) -> tuple[Pair, Pair]:
    """The same for two sets of departments as if each were one: what the first asked of the second, and the other way round.
    What departments of one set asked of each other is left out."""
    return both_ways(list_stretches(from_at, until_at, now, hidden=_hidden(viewer)), *sides)


def list_stretches(
    from_at: datetime, until_at: datetime, now: datetime, *, hidden: Collection[str]
) -> Sequence[Stretch]:
    """What `list_answer_times` counts, one by one, but for what is about these subjects (keys)."""
    return [one for one in _stretches(from_at, until_at, now) if one.key.partition(":")[0] not in hidden]


def _hidden(viewer: Actor) -> Collection[str]:
    return watches[ASKED].hidden(viewer) if ASKED in watches else ()


def _stretches(from_at: datetime, until_at: datetime, now: datetime) -> Iterator[Stretch]:
    between = (_waits.c.watch == ASKED) & (_waits.c.started_at >= from_at) & (_waits.c.started_at < until_at)
    known = _waits.c.department.is_not(None) & _waits.c.other_department.is_not(None)
    rows = db.session.execute(select(*_COLUMNS).where(between, known).order_by(_waits.c.id.desc()).limit(MOST)).all()
    calendars = {
        member: found.calendar
        for member, found in people.presence({row.late_id for row in rows if row.late_id}, now).items()
    }
    return (_stretch(row, calendars.get(row.late_id, ""), now) for row in rows)


def _stretch(row: AnyRow, calendar: str, now: datetime) -> Stretch:
    minutes = calendar_or_default(calendar).between(row.started_at, row.ended_at or now)
    return Stretch(
        row.key, row.other_department, row.department, row.started_at, row.due_at, max(minutes, 0), row.ended_at, row.end_reason
    )  # fmt: skip
