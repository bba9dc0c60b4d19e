"""Starting and ending waits. Everything here is called by features inside their own transaction, after they have locked the
subject: who acts and what climbs never pass each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from collab.calendars.queries import calendar_or_default
from collab.escalations.models import Escalation
from collab.escalations.queries import IS_OPEN, current_policies
from collab.escalations.rules import policies as rules
from collab.escalations.rules.climb import passed
from collab.escalations.rules.states import ACKNOWLEDGED, ENDED, WAITING
from collab.escalations.service import alarming
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.people import queries as people
from collab.subjects import service as subjects

_waits: Table = Escalation.__table__  # type: ignore[assignment]
_KEYS = _waits.c.key.in_(bindparam("keys", expanding=True))
_END: dict[str, Any] = {
    "state": ENDED, "next_at": None, "ended_at": bindparam("at"), "end_reason": bindparam("reason"),
}  # fmt: skip
_END_KEYS = update(_waits).where(_KEYS, IS_OPEN).values(**_END)
_END_SUBJECT = update(_waits).where(_waits.c.subject_key == bindparam("subject"), IS_OPEN).values(**_END)
_INSERTS = {
    "sqlite": sqlite.insert(_waits).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_waits).on_conflict_do_nothing(),
}
FROM_THE_TOP: dict[str, Any] = {
    "state": WAITING, "rung": 0, "loop": 1, "heard": 0, "acknowledged_by_id": None, "acknowledged_at": None,
    "owner_id": None, "manual_by_id": None, "manual_reason": None, "manual_at": None,
}  # fmt: skip
"""A climb that begins anew."""


@dataclass(frozen=True)
class Wait:
    """Somebody must act next, by a moment.

    `key` names it and is unique among running ones ("T-31:answer"), `watch` is the kind made known in the registry.
    `late` is who must act (None: nobody is there, administrators hear at once), `other` who waits for it; the departments
    say whose leads are above them. `severity` (normal, urgent, brand) chooses the policy.
    """

    key: str
    subject: str
    watch: str
    due_at: datetime
    late: int | None
    other: int | None = None
    department: str | None = None
    other_department: str | None = None
    severity: str = "normal"


def watch(*waits: Wait, now: datetime) -> None:
    """Start clocks inside the caller's transaction, under the locks of their subjects. The policy in force is frozen with
    each; a key that runs already is left as it is."""
    if not waits:
        return
    with atomic():
        version, book = current_policies()
        rows = [_row(wait, book.choose(wait.watch, wait.severity), version, now) for wait in waits]
        run(_INSERTS[db.engine.dialect.name], rows)
        alone = [wait.key for wait in waits if wait.late is None]
        if alone:
            alarming.nobody_there(_ids(alone), now=now)


def _row(wait: Wait, policy: rules.Policy, version: int | None, now: datetime) -> dict[str, Any]:
    return {
        **FROM_THE_TOP, "key": wait.key, "subject_key": wait.subject, "watch": wait.watch, "severity": wait.severity,
        "policy": policy.frozen(), "policy_version_id": version, "late_id": wait.late, "other_id": wait.other,
        "department": wait.department, "other_department": wait.other_department, "due_at": wait.due_at,
        "started_at": now, "next_at": wait.due_at, "ended_at": None, "end_reason": None,
    }  # fmt: skip


def _ids(keys: list[str]) -> dict[int, str]:
    rows = run(
        select(_waits.c.id, _waits.c.subject_key).where(_KEYS, IS_OPEN, _waits.c.late_id.is_(None)), {"keys": keys}
    )
    return {row.id: row.subject_key for row in rows}


def end(keys: Iterable[str], *, reason: str, now: datetime) -> int:
    """Whoever was waited for acted, or nobody waits any more; returns how many ended. The caller holds the subjects. Unknown
    keys are no error."""
    wanted = sorted(set(keys))
    if not wanted:
        return 0
    with atomic():
        return run(_END_KEYS, {"keys": wanted, "at": now, "reason": reason}).rowcount


def end_all(subject: str, *, reason: str, now: datetime) -> int:
    """End every wait about a subject, which the caller holds."""
    with atomic():
        return run(_END_SUBJECT, {"subject": subject, "at": now, "reason": reason}).rowcount


def put_off(key: str, due_at: datetime, *, late: int | None = None, now: datetime) -> None:  # noqa: ARG001 - said by all services
    """A new due moment (more time, handed over): the climb starts again at the first rung, also where all loops were used up.
    The caller holds the subject. Of a key that does not run, nothing happens."""
    change = {**FROM_THE_TOP, "due_at": due_at, "next_at": due_at, **({"late_id": late} if late is not None else {})}
    with atomic():
        run(update(_waits).where(_waits.c.key == key, IS_OPEN).values(**change))


def pass_on(key: str, *, other: int | None, other_department: str | None) -> None:
    """Somebody else waits for it from now on (the asker left): the line above them is the one that climbs. The clock runs as
    it ran. The caller holds the subject."""
    with atomic():
        to = {"other_id": other, "other_department": other_department}
        run(update(_waits).where(_waits.c.key == key, IS_OPEN).values(**to))


def extend(subject: str, *, by: Actor, now: datetime) -> None:
    """Somebody is visibly at it (a comment): running acknowledgements of the subject, which is locked here if it is not yet,
    count from now. A word of whoever waits for the answer is no sign that it comes."""
    with atomic():
        subjects.lock(subject)
        taken = run(
            select(_waits.c.id, _waits.c.policy, _waits.c.next_at, _waits.c.acknowledged_by_id).where(
                _waits.c.subject_key == subject, _waits.c.state == ACKNOWLEDGED,
                _waits.c.other_id.is_distinct_from(by.id) | (_waits.c.acknowledged_by_id == by.id),
            )
        ).all()  # fmt: skip
        present = people.presence({row.acknowledged_by_id for row in taken}, now)
        for row in taken:
            calendar = calendar_or_default(present[row.acknowledged_by_id].calendar)
            until = passed(row.policy["ack"], now, calendar)
            if until > row.next_at:
                run(update(_waits).where(_waits.c.id == row.id).values(next_at=until))
