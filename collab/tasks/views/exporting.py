"""Tasks as a file: what the list shows under the same tab and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from collab.exports.registry import Export, every
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries as people
from collab.tasks import queries
from collab.tasks.queries import TaskView
from collab.tasks.views.pages import NARROWED, TABS, narrowed_by


def tasks(me: Actor, filters: Mapping[str, str], now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The tasks of a tab, newest first."""
    tab = filters["view"] if filters.get("view") in TABS else "all"
    narrowed = narrowed_by(me, tab, {name: filters[name] for name in NARROWED if name in filters})
    sides = {row.code: how.name(row) for row in people.list_departments()}
    for some in every(lambda offset, limit: queries.list_tasks(me, narrowed, now=now, offset=offset, limit=limit)[0]):
        yield from (_row(task, sides, how) for task in some)


def _row(task: TaskView, sides: Mapping[str, str], how: Reader) -> Sequence[Cell]:
    waiting = task.waiting_on
    turn = (
        how.name(waiting.member) if waiting and waiting.member else sides.get(waiting.department, "") if waiting else ""
    )
    return [
        task.key, task.title, how.say(f"task.state.{task.state}"), how.say(f"task.severity.{task.severity}"),
        sides.get(task.from_department, task.from_department), sides.get(task.to_department, task.to_department),
        how.name(task.asker), how.name(task.assignee) if task.assignee else "", turn, task.due_at, task.promised_at,
        task.needed_by_on, task.detail,
    ]  # fmt: skip


COLUMNS = (
    "key", "title", "state", "severity", "from_department", "to_department", "asker", "assignee", "waits_for", "due_at",
    "promised_at", "needed_by_on", "detail",
)  # fmt: skip
EXPORTS = (Export("tasks", "task.list", COLUMNS, tasks, ("view", *NARROWED)),)
