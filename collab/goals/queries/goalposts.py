"""Moved goalposts: what was changed on running goals, or claimed against the figures; by whom, when and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, exists, func, select

from collab.goals.models import PREFIX, Goal, Metric, Owner, Shift
from collab.goals.queries.sight import visible
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named

FIRST, LAST = 1900, 9000
"""Years beyond which a day narrows nothing (and no zone can be told)."""

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]
_shifts: Table = Shift.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Goalpost:
    """One moved goalpost. `kind` is a key of `goal.report.kind`; `before` and `after` are as the API writes them; `metric` is
    its name where one moved, `by` None where nobody pressed a button for it."""

    id: int
    goal: str
    title: str
    metric: str | None
    kind: str
    before: Any
    after: Any
    reason: str | None
    by: Named | None
    at: datetime


@dataclass(frozen=True)
class Narrowed:
    """Which of them: moved from a day on, until a day (both within, in the company's zone), of goals of a department."""

    since: date | None = None
    until: date | None = None
    department: str | None = None


def list_goalposts(
    viewer: Actor, narrowed: Narrowed, *, offset: int = 0, limit: int | None = None
) -> tuple[list[Goalpost], int]:
    """The latest first, of goals the viewer may see, and how many there are in all. Raises NotAllowed."""
    permits.check("goal.report", viewer.roles)
    chosen = [visible(viewer), *_chosen(narrowed)]
    total = db.session.scalar(
        select(func.count()).select_from(_shifts).join(_goals, _goals.c.id == _shifts.c.goal_id).where(*chosen)
    )
    rows = db.session.execute(
        select(_shifts, _goals.c.title, _metrics.c.name)
        .join(_goals, _goals.c.id == _shifts.c.goal_id)
        .outerjoin(_metrics, _metrics.c.id == _shifts.c.metric_id)
        .where(*chosen)
        .order_by(_shifts.c.at.desc(), _shifts.c.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    return _told(rows), total or 0


def _told(rows: Sequence[AnyRow]) -> list[Goalpost]:
    names: Mapping[int, Named] = people.names_of(row.by_id for row in rows if row.by_id)
    return [
        Goalpost(
            row.id, key_of(PREFIX, row.goal_id), row.title, row.name, row.kind, row.before, row.after, row.reason,
            names.get(row.by_id), row.at,
        )
        for row in rows
    ]  # fmt: skip


def _chosen(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found = []
    if narrowed.since and narrowed.since.year >= FIRST:
        found.append(_shifts.c.at >= _begins(narrowed.since))
    if narrowed.until and narrowed.until.year <= LAST:
        found.append(_shifts.c.at < _begins(narrowed.until + timedelta(days=1)))
    if narrowed.department:
        found.append(
            exists().where(
                _owners.c.goal_id == _goals.c.id,
                _owners.c.removed_at.is_(None),
                _owners.c.department_code == narrowed.department,
            )
        )
    return found


def _begins(day: date) -> datetime:
    """The first moment of a day of the company's."""
    return datetime.combine(day, time(), ZoneInfo(company().zone))
