"""From rows to what viewers see: many tasks in a handful of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from collab.audit.queries import list_entries
from collab.escalations import queries as escalations
from collab.goals.queries import without_hidden
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import NotFound
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named
from collab.tasks.queries.rows import Others, key_for, list_others, list_stand_ins, read, relations
from collab.tasks.queries.view import Block, Escalation, Event, LastMove, Proposal, Question, TaskView, WaitingOn
from collab.tasks.rules.moves import ACTS, ASKED, wait_of

_NAMED = (
    "asker_id", "confirmer_id", "assignee_id", "responsible_id", "instead_of_id", "waiting_id", "proposed_by_id",
    "question_by_id", "question_to_id", "lifter_id", "moved_by_id",
)  # fmt: skip
_ALSO = {"question": lambda row: row.question_to_id is None, "answer": lambda row: row.question_to_id is not None}
"""What a verb needs beside its state."""


@dataclass(frozen=True)
class Around:
    """What many tasks have around them, read once for all of them."""

    names: Mapping[int, Named]
    others: Others
    stand_ins: Mapping[int, int]
    climbs: Mapping[str, Escalation]
    limit: int
    now: datetime

    def named(self, member: int | None) -> Named | None:
        """Somebody's name."""
        return self.names.get(member) if member is not None else None


def find_task(viewer: Actor, key: str, now: datetime) -> TaskView | None:
    """One task; None where it is not there or not visible to the viewer."""
    try:
        return get_task(viewer, key, now)
    except NotFound:
        return None


def get_task(viewer: Actor, key: str, now: datetime) -> TaskView:
    """One task. Raises NotFound, also when the viewer may not see it."""
    found = list_views(viewer, [read(key)], now)
    if not found:
        raise NotFound
    return found[0]


def list_views(viewer: Actor, rows: Sequence[AnyRow], now: datetime) -> list[TaskView]:
    """Those of these tasks that the viewer may see, in the same order."""
    around = _around(rows, now)
    standing = [(row, relations(viewer, row, around.others.get(row.id, {}), around.stand_ins)) for row in rows]
    return [_view(row, here, around) for row, here in standing if permits.allows("task.show", here)]


def list_history(viewer: Actor, key: str) -> list[Event]:
    """Everything that happened, complete and in order, with every date that was ever agreed. Raises NotFound."""
    row = read(key)
    if not permits.allows("task.history", relations(viewer, row, list_others([row.id]).get(row.id, {}))):
        raise NotFound
    entries = list_entries(key)
    contents = without_hidden(viewer, [content for entry in entries for content in (entry.before, entry.after)])
    return [
        Event(entry.seq, entry.verb, entry.actor, entry.acting_for, entry.at, entry.reason, before, after)
        for entry, before, after in zip(entries, contents[::2], contents[1::2], strict=True)
    ]


def _around(rows: Sequence[AnyRow], now: datetime) -> Around:
    others = list_others([row.id for row in rows])
    ids = {member for row in rows for name in _NAMED if (member := getattr(row, name)) is not None}
    ids |= {member for near in others.values() for member in near}
    climbs = escalations.list_of_many([key_for(row) for row in rows if row.due_at is not None])
    return Around(
        people.names_of(ids), others, list_stand_ins(rows, now),
        {key: _climb(found[0]) for key, found in climbs.items() if found}, current_app.extensions["tasks.policy"].snoozes, now,
    )  # fmt: skip


def _climb(found: Any) -> Escalation:
    return Escalation(found.rung, len(found.rungs), found.next_at, found.state)


def _view(row: AnyRow, here: frozenset[str], around: Around) -> TaskView:
    named = around.named
    near = around.others.get(row.id, {})
    left = max(0, around.limit - row.snoozes)
    same = {name: getattr(row, name) for name in _SAME}
    asker = named(row.asker_id)
    assert asker is not None  # noqa: S101 - a foreign key says so
    return TaskView(
        key=key_for(row), asker=asker, confirmer=named(row.confirmer_id), assignee=named(row.assignee_id),
        responsible=named(row.responsible_id), instead_of=named(row.instead_of_id), waiting_on=_waiting(row, around),
        question=_question(row, around), proposal=_proposal(row, around), block=_block(row, around),
        escalation=around.climbs.get(key_for(row)), snoozes_left=left,
        late=row.due_at is not None and row.due_at < around.now,
        shared_with=tuple(filter(None, (named(member) for member, why in near.items() if why == "shared"))),
        last_move=LastMove(row.moved_verb, named(row.moved_by_id), row.moved_at),
        can=frozenset(verb for verb in ACTS if _may(verb, row, here, left)), **same,
    )  # fmt: skip


_SAME = (
    "title", "detail", "state", "severity", "visibility", "version", "from_department", "to_department", "cross_silo", "due_at",
    "promised_at", "needed_by_on", "agreed_scope", "handovers", "snoozes", "counters", "snoozed_until", "source", "permalink",
    "asked_at", "answered_at", "accepted_at", "done_at", "ended_at",
)  # fmt: skip


def _may(verb: str, row: AnyRow, here: frozenset[str], snoozes_left: int) -> bool:
    if verb == "snooze" and not snoozes_left:
        return False
    return permits.allows(f"task.{verb}", here, row.state) and _ALSO.get(verb, _always)(row)


def _always(_row: AnyRow) -> bool:
    return True


def _waiting(row: AnyRow, around: Around) -> WaitingOn | None:
    kind = wait_of(row.state, question=row.question_to_id is not None)
    if kind is None:
        return None
    return WaitingOn(around.named(row.waiting_id), row.waiting_department, row.waiting_since, kind)


def _question(row: AnyRow, around: Around) -> Question | None:
    if row.question_at is None:
        return None
    named = around.named
    return Question(row.question_text, named(row.question_by_id), named(row.question_to_id), row.question_at)


def _proposal(row: AnyRow, around: Around) -> Proposal | None:
    if row.proposed_by_id is None:
        return None
    more_time = row.returns_to != ASKED
    return Proposal(row.proposed_at, row.proposed_scope, row.proposed_note, around.named(row.proposed_by_id), more_time)


def _block(row: AnyRow, around: Around) -> Block | None:
    if row.block_reason is None:
        return None
    cost = Money(row.cost_minor, row.cost_currency) if row.cost_minor is not None else None
    return Block(row.block_reason, around.named(row.lifter_id), cost, row.cost_per, row.cost_text)
