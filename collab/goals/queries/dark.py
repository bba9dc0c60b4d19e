"""Goals that went dark: a check-in was asked for and did not come in time. They are shown so, and never closed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from collab.goals.models import PREFIX, Goal, Owner
from collab.goals.queries.rhythm import Asked, asked_of, is_asked
from collab.goals.queries.sight import visible
from collab.goals.rules.progress import shown
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.kernel.units import per_cent

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Dark:
    """A goal of which nobody knows: whose check-in is missing, for which department, since when; when they last checked in."""

    key: str
    title: str
    member: int
    department: str
    asked_at: datetime
    due_at: datetime
    checked_in_at: datetime | None


def list_dark(viewer: Actor, now: datetime) -> list[Dark]:
    """The goals the viewer may see whose check-in is overdue, the longest dark first; one row for each owner. Raises NotAllowed."""
    permits.check("goal.report", viewer.roles)
    held = _owners.alias()  # another name than the one by which it is asked who may see a goal
    rows = db.session.execute(
        select(held, _goals.c.title)
        .where(is_asked(held), held.c.due_at < now, visible(viewer))
        .order_by(held.c.due_at, held.c.goal_id, held.c.side)
    )
    return [
        Dark(
            key_of(PREFIX, row.goal_id), row.title, row.member_id, row.department_code, row.asked_at, row.due_at,
            row.checked_in_at,
        )
        for row in rows
    ]  # fmt: skip


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read about a check-in that did not come, by clock."""
    asked = asked_of(waits)
    rows = db.session.execute(
        select(_owners.c.id, _owners.c.checked_in_at, _owners.c.confidence, _goals.c.progress)
        .join(_goals, _goals.c.id == _owners.c.goal_id)
        .where(_owners.c.id.in_([one.owner for one in asked.values()]))
    )
    known = {row.id: row for row in rows}
    return {wait: _facts(one, known[one.owner]) for wait, one in asked.items() if one.owner in known}


def _facts(asked: Asked, row: AnyRow) -> tuple[tuple[Text, Any], ...]:
    said = None if row.confidence is None else per_cent(row.confidence)
    progress = None if row.progress is None else per_cent(shown(row.progress))
    found = (
        (Text("goal.rhythm.fact.state"), Text("goal.rhythm.dark_long")),
        (Text("goal.rhythm.fact.progress"), progress),
        (Text("goal.rhythm.fact.last"), row.checked_in_at or Text("goal.rhythm.never_yet")),
        (Text("goal.rhythm.fact.confidence"), said if row.checked_in_at else None),
        (Text("goal.rhythm.fact.asked"), asked.asked_at),
    )
    return tuple((label, value) for label, value in found if value)
