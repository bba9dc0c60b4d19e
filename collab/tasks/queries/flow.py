"""What goes back and forth between departments: open tasks by who waits on whom, and those a viewer may not know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db, run
from collab.kernel.keys import key_of
from collab.kernel.money import Money
from collab.tasks.models import PREFIX
from collab.tasks.queries.lists import visible_to
from collab.tasks.queries.rows import tasks
from collab.tasks.rules.moves import BLOCKED, OPEN

_COLUMNS = (
    tasks.c.id, tasks.c.title, tasks.c.state, tasks.c.from_department, tasks.c.to_department, tasks.c.waiting_department,
    tasks.c.waiting_since, tasks.c.due_at, tasks.c.block_reason, tasks.c.cost_minor, tasks.c.cost_currency, tasks.c.cost_per,
)  # fmt: skip


@dataclass(frozen=True)
class Open:
    """An open task between two departments: `waits` needs it, `on` must act next. `cost` is what waiting costs, per day or week,
    where somebody said so."""

    key: str
    title: str
    waits: str
    on: str
    late: bool
    blocked: bool
    since: datetime | None
    reason: str | None
    cost: Money | None
    per: str | None


def list_open_between(viewer: Actor, *, now: datetime) -> Sequence[Open]:
    """Open tasks between departments that the viewer may see, by key. One statement."""
    chosen = visible_to(viewer) & tasks.c.cross_silo & tasks.c.state.in_(OPEN)
    return [_open(row, now) for row in run(select(*_COLUMNS).where(chosen).order_by(tasks.c.id))]


def count_open_in(department: str) -> int:
    """How many open tasks were asked of a department, or by it; whoever may see them."""
    here = tasks.c.state.in_(OPEN) & ((tasks.c.to_department == department) | (tasks.c.from_department == department))
    return db.session.scalar(select(func.count()).select_from(tasks).where(here)) or 0


def _open(row: AnyRow, now: datetime) -> Open:
    """Whoever asked waits, unless it is they who must act; then whoever was asked does."""
    on = row.waiting_department
    waits = row.to_department if on == row.from_department else row.from_department
    cost = Money(row.cost_minor, row.cost_currency) if row.cost_minor is not None else None
    return Open(
        key_of(PREFIX, row.id), row.title, waits, on, row.due_at < now, row.state == BLOCKED, row.waiting_since,
        row.block_reason, cost, row.cost_per,
    )  # fmt: skip


def list_hidden(viewer: Actor) -> frozenset[str]:
    """The keys of tasks between their parties alone that the viewer may not see. One statement."""
    seen = select(tasks.c.id).where(visible_to(viewer))
    hidden = select(tasks.c.id).where(tasks.c.visibility == "parties", tasks.c.id.not_in(seen))
    return frozenset(key_of(PREFIX, number) for number in run(hidden).scalars())
