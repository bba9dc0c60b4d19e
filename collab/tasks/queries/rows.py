"""Tasks as rows, and how somebody stands to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.people import queries as people
from collab.tasks.models import PREFIX, Task, TaskPerson
from collab.tasks.rules.moves import BLOCKED, other_side, wait_of

tasks: Table = Task.__table__  # type: ignore[assignment]
others: Table = TaskPerson.__table__  # type: ignore[assignment]
_ONE = select(tasks).where(tasks.c.id == bindparam("number"))
_MANY = select(tasks).where(tasks.c.id.in_(bindparam("numbers", expanding=True))).order_by(tasks.c.id)
_OTHERS = select(others.c.task_id, others.c.member_id, others.c.why).where(
    others.c.task_id.in_(bindparam("numbers", expanding=True))
)
ROLES = {"asker": "confirmer_id", "owner": "responsible_id", "asked": "question_to_id", "lifter": "lifter_id"}
"""The one person in each role, whose deputy stands in while they are away."""

Others = Mapping[int, Mapping[int, str]]


def read(key: str) -> AnyRow:
    """The row of a key as the open transaction sees it. Raises NotFound."""
    row = run(_ONE, {"number": number_of(PREFIX, key)}).one_or_none()
    if row is None:
        raise NotFound
    return row


def read_many(keys: Iterable[str]) -> list[AnyRow]:
    """The rows of those keys that exist, the oldest first."""
    numbers = [number for number in map(_number, keys) if number is not None]
    return [*run(_MANY, {"numbers": numbers})] if numbers else []


def list_others(numbers: Sequence[int]) -> Others:
    """By task: who has to do with it beyond its two sides, and why."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    if numbers:
        for task, member, why in run(_OTHERS, {"numbers": list(numbers)}):
            found[task][member] = why
    return found


def list_stand_ins(rows: Iterable[AnyRow], now: datetime) -> dict[int, int]:
    """Of everybody with a role in these tasks who is away today: who stands in for them."""
    ids = {member for row in rows for role in ROLES.values() if (member := getattr(row, role)) is not None}
    present = people.presence(ids, now)
    return {member: here.deputy for member, here in present.items() if here.away and here.deputy is not None}


def relations(
    viewer: Actor, row: AnyRow, others: Mapping[int, str], stand_ins: Mapping[int, int] | None = None
) -> frozenset[str]:
    """How somebody stands to a task, in the words of the permit rows. `stand_ins` by whom they stand in for."""
    me = {viewer.id, *(member for member, deputy in (stand_ins or {}).items() if deputy == viewer.id)}
    parties, departments = _parties(row)
    standing = {
        "asker": bool(me & {row.asker_id, row.confirmer_id}),
        "owner": bool(me & {row.assignee_id, row.responsible_id, row.instead_of_id}),
        "asked": row.question_to_id in me,
        "lifter": row.state == BLOCKED and row.lifter_id in me,
        "turn": row.waiting_id in me,
        "party": bool(parties & me) or bool(departments & set(viewer.leads)),
        "to_lead": row.to_department in viewer.leads,
        "from_lead": row.from_department in viewer.leads,
        "to_member": row.to_department in viewer.departments,
        "involved": viewer.id in others,
        "company_visible": row.visibility == "company" and "member" in viewer.roles,
    }
    return viewer.roles | {relation for relation, holds in standing.items() if holds}


def _parties(row: AnyRow) -> tuple[set[int | None], set[str]]:
    """Of the running clock: who must act and who waits for it, and their departments."""
    task = row._asdict()
    kind = wait_of(row.state, question=row.question_to_id is not None)
    if kind is None:
        return {row.responsible_id, row.confirmer_id} - {None}, {row.to_department, row.from_department}
    other, department = other_side(task, kind)
    return {row.waiting_id, other} - {None}, {row.waiting_department, department}


def stands_in_for(viewer: Actor, row: AnyRow, stand_ins: Mapping[int, int]) -> int | None:
    """For whom of a task's people somebody stands in; None: for nobody."""
    mine = [getattr(row, role) for role in ROLES.values() if stand_ins.get(getattr(row, role)) == viewer.id]
    return mine[0] if mine else None


def key_for(row: AnyRow) -> str:
    """`T-31`."""
    return key_of(PREFIX, row.id)


def _number(key: str) -> int | None:
    try:
        return number_of(PREFIX, key)
    except NotFound:
        return None
