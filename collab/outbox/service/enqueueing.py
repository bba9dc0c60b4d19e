"""What is to be said, written in the transaction of its cause."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.kernel.atomic import current
from collab.kernel.db import insert_once, run
from collab.outbox.models import Message
from collab.outbox.registry import REPAINT
from collab.outbox.rules.moves import PENDING
from collab.outbox.service.bell import wake

_messages: Table = Message.__table__  # type: ignore[assignment]
_INSERT = insert(_messages)


@dataclass(frozen=True)
class Note:
    """One thing to tell one member or channel. `dedupe_key` names the recipient: the same key twice is a bug.

    What is `urgent` (a brand incident, what the recipient asked to hear right then) never waits for a bundle.
    """

    kind: str
    subject: str
    dedupe_key: str
    member: int | None = None
    channel: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    urgent: bool = False


def enqueue(*notes: Note, now: datetime) -> None:
    """Write what is to be said in the open transaction and ring the bell once it is committed."""
    unit = current()
    unit.notes.setdefault("outbox.rows", []).extend(_row(note, now) for note in notes)
    unit.before_commit("outbox", write_waiting)
    wake()


def enqueue_once(*notes: Note, now: datetime) -> None:
    """Write those that nobody has written yet, at once, however many workers say the same; the first of them counts."""
    for note in notes:
        insert_once(_messages, **_row(note, now))
    wake()


def repaint(subject: str, *, turn: str, now: datetime) -> None:
    """Have every card of a subject repainted; `turn` names the change (twice the same turn is once)."""
    enqueue(Note(REPAINT, subject, f"repaint:{subject}:{turn}"), now=now)


def write_waiting() -> None:
    """Write the rows of the open transaction: by itself just before the commit, earlier for whoever must see them."""
    unit = current()
    unit.before.pop("outbox", None)
    rows = unit.notes.pop("outbox.rows", [])
    if rows:
        run(_INSERT, rows)


def lane_of(member: int | None, channel: str | None) -> str:
    """Whom a message disturbs; pace is kept per lane. Empty: nobody (work of our own)."""
    return channel or (f"member:{member}" if member is not None else "")


def _row(note: Note, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": uuid.uuid4().hex,
        "dedupe_key": note.dedupe_key,
        "kind": note.kind,
        "subject_key": note.subject,
        "member_id": note.member,
        "channel": note.channel,
        "lane": lane_of(note.member, note.channel),
        "args": dict(note.args),
        "state": PENDING,
        "urgent": note.urgent,
        "due_at": note.due_at or now,
        "created_at": now,
    }
