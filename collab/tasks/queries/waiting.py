"""What the engine of escalations asks about a task's clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from collab.escalations.registry import Facts
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Text
from collab.tasks.queries.rows import key_for, read_many, tasks
from collab.tasks.queries.subject import cost_of
from collab.tasks.rules.moves import QUESTION, WAITS, wait_of

KINDS = (*dict.fromkeys(WAITS.values()), QUESTION)


def still(keys: Sequence[str]) -> frozenset[str]:
    """Those waits that are still waited for: the one each open task has now."""
    rows = read_many({key.partition(":")[0] for key in keys})
    return frozenset(keys) & {_wait(row) for row in rows}


def facts(keys: Sequence[str]) -> Mapping[str, Facts]:
    """What superiors read: what was asked or promised, what is asked back, what stops it, what the delay costs."""
    rows = {key_for(row): row for row in read_many({key.partition(":")[0] for key in keys})}
    return {key: _facts(rows[task]) for key in keys if (task := key.partition(":")[0]) in rows}


def expected(kind: str, now: datetime) -> Collection[str]:
    """The waits of one kind that ought to be running, as the tasks themselves say."""
    states = [state for state, name in WAITS.items() if name == kind]
    is_open = tasks.c.due_at.is_not(None) & (tasks.c.asked_at <= now)
    wanted = tasks.c.question_to_id.is_not(None) if kind == QUESTION else tasks.c.question_to_id.is_(None)
    of_kind = is_open & wanted if kind == QUESTION else is_open & wanted & tasks.c.state.in_(states)
    return {f"T-{number}:{kind}" for number in run(select(tasks.c.id).where(of_kind)).scalars()}


def _wait(row: AnyRow) -> str:
    return f"{key_for(row)}:{wait_of(row.state, question=row.question_to_id is not None)}"


def _facts(row: AnyRow) -> Facts:
    found = [
        (Text("task.field.asked"), row.detail or row.title),
        (Text("task.field.promised_at"), row.promised_at),
        (Text("task.field.needed_by_on"), row.needed_by_on),
        (Text("task.field.question"), row.question_text),
        (Text("task.field.block_reason"), row.block_reason),
        (Text("task.field.cost"), cost_of(row)),
        (Text("task.field.waiting_since"), row.waiting_since),
    ]
    return [(label, value) for label, value in found if value is not None]
