"""How tasks appear in other features' pages, in cards, the inbox and search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in
from collab.subjects.signs import only_where
from collab.tasks.queries.lists import WAITS_FOR_ME, list_waiting
from collab.tasks.queries.rows import key_for, list_others, read_many, relations
from collab.tasks.rules.moves import QUESTION, other_side, wait_of

ACTIONS = {
    "answer": ("accept", "counter", "decline"), "counter": ("agree", "ask_again"), "question": ("answer",),
    "promise": ("done", "counter", "snooze"), "blocked": ("unblock",), "confirm": ("confirm", "reopen"),
}  # fmt: skip
"""What whoever must act next is offered first, by what is waited for."""


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per task a viewer may see."""
    rows = {key_for(row): row for row in read_many(keys_in(wanted))}
    others = list_others([row.id for row in rows.values()])
    names = people.names_of(row.asker_id for row in rows.values())
    for viewer, keys in wanted:
        for row in filter(None, map(rows.get, keys)):
            if permits.allows("task.show", relations(viewer, row, others.get(row.id, {}))):
                yield viewer.id, _summary(row, names[row.asker_id])


def _summary(row: AnyRow, by: people.Named) -> Summary:
    state = Text(f"task.state.{row.state}")
    return Summary(key_for(row), "task", row.title, path(row), state, by_en=by.name_en, by_ja=by.name_ja)


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a task is found by."""
    return {
        key_for(row): " ".join(filter(None, (key_for(row), row.title, row.detail, row.agreed_scope)))
        for row in read_many(keys)
    }


def face(key: str, _viewer: Actor | None = None) -> Face | None:
    """What a card says: who asks whom, what for, until when, what stops it."""
    rows = read_many([key])
    if not rows:
        return None
    row = rows[0]
    asker = people.names_of([row.asker_id])[row.asker_id]
    marks = [Text(f"task.severity.{row.severity}")] if row.severity != "normal" else []
    return Face(
        row.title, path(row), asker.name_en, asker.name_ja, why=row.detail or "",
        facts=tuple((label, value) for label, value in _facts(row) if value), marks=tuple(marks),
    )  # fmt: skip


@only_where(WAITS_FOR_ME, people.STOOD_IN_FOR)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What waits for these members: asks, proposals, questions, promises that come due, blocks to lift, confirmations.

    A promise with time left is no row: it is known, and nobody must act yet. What a brand incident waits for has rows of
    its own, but for a question.
    """
    found = list_waiting([member.id for member in members], now)
    waiting = [(member, row, _other_side(row)) for member, row in found if not _can_wait(row, now)]
    names = people.names_of(other for _member, _row, other in waiting)
    return by_member((member, _inbox_row(row, names[other])) for member, row, other in waiting)


def _other_side(row: AnyRow) -> int:
    """Who waits for it; the asker, where nobody is named there yet."""
    return other_side(row._asdict(), _kind(row))[0] or int(row.asker_id)


def listeners(key: str) -> list[int]:
    """Who hears of a comment without being mentioned: the two sides of it, and whoever must act."""
    return [
        member
        for row in read_many([key])
        for member in {row.confirmer_id, row.responsible_id, row.waiting_id}
        if member is not None
    ]


def _can_wait(row: AnyRow, now: datetime) -> bool:
    if row.severity == "brand":
        return _kind(row) != QUESTION
    return _kind(row) == "promise" and row.due_at > now


def _inbox_row(row: AnyRow, other: people.Named) -> InboxRow:
    kind = _kind(row)
    return InboxRow(
        key=key_for(row), ask=Text(f"task.inbox.{kind}"), title=row.title, path=path(row), since=row.waiting_since,
        due_at=row.due_at, by_en=other.name_en, by_ja=other.name_ja, actions=ACTIONS[kind],
    )  # fmt: skip


def _kind(row: AnyRow) -> str:
    return str(wait_of(row.state, question=row.question_to_id is not None))


def _facts(row: AnyRow) -> list[tuple[Text, Any]]:
    return [
        (Text("task.field.to_department"), _department(row.to_department)),
        (Text("task.field.due_at"), row.due_at),
        (Text("task.field.promised_at"), row.promised_at),
        (Text("task.field.needed_by_on"), row.needed_by_on),
        (Text("task.field.block_reason"), row.block_reason),
        (Text("task.field.cost"), cost_of(row)),
    ]


def cost_of(row: AnyRow) -> Any:
    """The cost of delay: so much per day or week, or in words."""
    if row.cost_minor is None:
        return row.cost_text
    return Text(f"task.per.{row.cost_per}", {"amount": Money(row.cost_minor, row.cost_currency)})


def _department(code: str) -> Any:
    """The department, to be named in the reader's language."""
    return next((row for row in people.list_departments() if row.code == code), code)


def path(row: AnyRow) -> str:
    """Where its page is."""
    return f"/tasks/{key_for(row)}"
