"""What every move of a task has in common: lock, permit, compare-and-set, one clock, who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from collab.audit import service as audit
from collab.escalations import service as waits
from collab.escalations.service import Wait
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, insert_once, run
from collab.kernel.errors import DomainError, NotAllowed, NotFound, NotNow, Stale
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.tasks.queries.rows import (
    key_for,
    list_others,
    list_stand_ins,
    others,
    read,
    relations,
    stands_in_for,
    tasks,
)
from collab.tasks.rules import moves
from collab.tasks.rules.moves import CLOSED, MOVES

ASKED_NOTE, TOLD_NOTE, LAST_CHANCE = "task.asked", "task.told", "task.last_chance"
_SHOWN = ("state", "due_at", "promised_at", "to_department", "severity")
"""What the history compares besides what a move names itself."""


@dataclass(frozen=True)
class Moved:
    """What a move did: where the task stands now, who must act next (a member id) by when."""

    key: str
    verb: str
    state: str
    version: int
    waiting: int | None
    due_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class TaskMoved:
    """Told inside the transaction of every move after asking; `by` is None for the system."""

    key: str
    verb: str
    state: str
    by: int | None
    at: datetime
    severity: str = "normal"


@dataclass(frozen=True)
class Act:
    """A permitted move under way: the locked row, who acts (None: the system) and for whom they stand in."""

    row: AnyRow
    verb: str
    actor: Actor | None
    now: datetime
    acting_for: int | None = None

    @property
    def key(self) -> str:
        """`T-31`."""
        return key_for(self.row)

    @property
    def always(self) -> bool:
        """Whether the clocks of this task run day and night."""
        return bool(self.row.severity == "brand")


@dataclass(frozen=True)
class Turn:
    """Who must act next (None: nobody is there), for which department, by when."""

    member: int | None
    department: str
    due_at: datetime


@dataclass(frozen=True)
class Said:
    """What the history keeps beside what changed: words of the actor, further facts by name (`before` and `after`)."""

    reason: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def begin(actor: Actor, key: str, verb: str, *, seen: int | None, now: datetime) -> Act:
    """Lock a task for a permitted move. Raises NotFound, NotAllowed, NotNow (who acted, and when), Stale."""
    subjects.lock(key)
    row = read(key)
    near = list_others([row.id])[row.id] if row.visibility != "company" or actor.is_partner else {}
    here = relations(actor, row, near)
    refusal = permits[f"task.{verb}"].refusal(here, row.state)
    acting_for = None
    if isinstance(refusal, NotAllowed):
        stand_ins = list_stand_ins([row], now)
        acting_for = stands_in_for(actor, row, stand_ins)
        if acting_for is not None:
            here = relations(actor, row, near, stand_ins)
            refusal = permits[f"task.{verb}"].refusal(here, row.state)
    if not permits.allows("task.show", here):
        raise NotFound
    if isinstance(refusal, NotNow):
        raise too_late(row, verb)
    if refusal is not None:
        raise refusal
    if seen is not None and seen != row.version:
        raise Stale
    return Act(row, verb, actor, now, acting_for)


def too_late(row: AnyRow, verb: str) -> DomainError:
    """The refusal of a move that is not possible any more (or yet): who did what, and when."""
    by = people.names_of([row.moved_by_id]).get(row.moved_by_id) if row.moved_by_id else None
    args = {"verb": verb, "state": row.state, "last": row.moved_verb, "at": row.moved_at}
    if by is None:
        return NotNow("task_moved_by_system", **args)
    return NotNow("task_moved", **args, by=by.email, name=by)


def settle(
    act: Act, change: Mapping[str, Any], turn: Turn | None, *, said: Said | None = None, former: Iterable[int] = ()
) -> Moved:
    """Write a move: the row, the clock, the history, who hears of it. `turn` None leaves the clock as it runs.

    `former` are people who have nothing to do any more and should hear so.
    """
    row, now = act.row, act.now
    state = change.get("state", row.state)
    values = {**change, **_clock(act, state, turn), "version": row.version + 1}
    values.update(moved_verb=act.verb, moved_by_id=act.actor.id if act.actor else None, moved_at=now)
    _write(row, values)
    after = {**row._asdict(), **values}
    _move_clock(act, after, turn)
    _record(act, after, said or Said())
    _tell(act, after, turn, former)
    moved = Moved(act.key, act.verb, state, after["version"], after["waiting_id"], after["due_at"], now)
    reactions.emit(TaskMoved(act.key, act.verb, state, values["moved_by_id"], now, row.severity))
    return moved


def bring_in(act: Act, member: int, why: str) -> None:
    """Let somebody see a task from now on, because they are asked, or had it before."""
    insert_once(others, task_id=act.row.id, member_id=member, why=why, since=act.now)


def _clock(act: Act, state: str, turn: Turn | None) -> dict[str, Any]:
    """The columns of the running clock after a move."""
    if state in CLOSED:
        nobody = dict.fromkeys(("waiting_id", "waiting_department", "waiting_since", "due_at", "snoozed_until"))
        return {**nobody, "ended_at": act.now}
    if turn is None:
        return {}
    changed = act.verb != "snooze"
    fresh = {"waiting_since": act.now, "snoozed_until": None} if changed else {}
    return {"waiting_id": turn.member, "waiting_department": turn.department, "due_at": turn.due_at, **fresh}


def _write(row: AnyRow, values: Mapping[str, Any]) -> None:
    at = (tasks.c.id == row.id) & (tasks.c.version == row.version)
    if run(update(tasks).where(at).values(**values)).rowcount != 1:
        raise NotNow("conflict")


def _move_clock(act: Act, after: Mapping[str, Any], turn: Turn | None) -> None:
    """Exactly one wait runs while a task is open: end the one that ran, start the one that runs now."""
    before = act.row._asdict()
    old = wait_key(before)
    if after["state"] in CLOSED:
        waits.end([old], reason=act.verb, now=act.now)
    elif turn is not None and act.verb == "snooze":
        waits.put_off(str(old), turn.due_at, now=act.now)
    elif turn is not None:
        waits.end([old], reason=act.verb, now=act.now)
        waits.watch(wait(after), now=act.now)
    elif any(before[side] != after[side] for side in ("confirmer_id", "responsible_id")):
        running = wait(after)
        waits.pass_on(running.key, other=running.other, other_department=running.other_department)


def wait_key(task: Mapping[str, Any]) -> str:
    """The key of the one clock of an open task."""
    kind = moves.wait_of(task["state"], question=task["question_to_id"] is not None)
    return f"T-{task['id']}:{kind}"


def wait(task: Mapping[str, Any]) -> Wait:
    """The clock an open task needs, as the engine wants it told."""
    kind = moves.wait_of(task["state"], question=task["question_to_id"] is not None)
    other, department = moves.other_side(task, str(kind))
    return Wait(
        key=wait_key(task), subject=f"T-{task['id']}", watch=f"task.{kind}", due_at=task["due_at"], late=task["waiting_id"],
        other=other, department=task["waiting_department"], other_department=department, severity=task["severity"],
    )  # fmt: skip


def owed_by(task: Mapping[str, Any]) -> tuple[int | None, str]:
    """Who must act in a task's state, questions aside, and for which department."""
    kind = moves.wait_of(task["state"], question=False)
    if kind in ("counter", "confirm"):
        return task["confirmer_id"], task["from_department"]
    if kind == "blocked":
        return task["lifter_id"], task["lifter_department"]
    return task["responsible_id"], task["to_department"]


def _record(act: Act, after: Mapping[str, Any], said: Said) -> None:
    before = act.row._asdict()
    changed = [name for name in _SHOWN if before[name] != after[name]]
    acting_for = people.email_of(act.acting_for) if act.acting_for else None
    audit.record(
        act.verb, act.key, actor=act.actor, at=act.now, acting_for=acting_for, reason=said.reason,
        before={**{name: plain(before[name]) for name in changed}, **said.before},
        after={**{name: plain(after[name]) for name in changed}, **said.after},
        details={"version": after["version"]},
    )  # fmt: skip


def _tell(act: Act, after: Mapping[str, Any], turn: Turn | None, former: Iterable[int]) -> None:
    """Ask whoever must act next, tell the others concerned; nobody hears of their own act."""
    me = act.actor.id if act.actor else None
    closed = after["state"] in CLOSED
    asked = set() if closed or turn is None or act.verb == "snooze" else {after["waiting_id"]}
    roles = {"asker": after["confirmer_id"], "owner": after["responsible_id"]}
    tells = MOVES[act.verb].tells if act.verb in MOVES else ("asker", "owner")
    told = {roles[role] for role in tells if role in roles} | set(former)
    notes = [
        _note(kind, act, after, member)
        for kind, members in ((ASKED_NOTE, asked), (TOLD_NOTE, told - asked))
        for member in sorted(member for member in members if member is not None and member != me)
    ]
    outbox.enqueue(*notes, now=act.now)
    outbox.repaint(act.key, turn=f"v{after['version']}", now=act.now)


def _note(kind: str, act: Act, after: Mapping[str, Any], member: int) -> Note:
    what = "ask" if kind == ASKED_NOTE else act.verb
    args = {"task": act.key, "verb": act.verb, "by": act.actor.id if act.actor else None}
    return Note(
        kind, act.key, f"{act.key}:v{after['version']}:{what}:{member}", member=member, args=args, urgent=act.always
    )


def plain(value: Any) -> Any:
    """As the history keeps it."""
    return value.isoformat() if isinstance(value, date) else value
