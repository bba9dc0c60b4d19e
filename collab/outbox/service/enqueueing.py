"""What is to be said, written in the transaction of its cause."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.kernel.atomic import current
from collab.kernel.db import insert_once, run
from collab.outbox.models import Message
from collab.outbox.registry import REPAINT
from collab.outbox.rules import groups
from collab.outbox.rules.moves import PENDING, WAITING
from collab.outbox.service.bell import wake

_messages: Table = Message.__table__  # type: ignore[assignment]
_INSERT = insert(_messages)


@dataclass(frozen=True)
class Note:
    """One thing to tell one member or channel. `dedupe_key` names the recipient: the same key twice is a bug.

    `members` names several who read it together, in one conversation of exactly these; where there is no such one, each
    gets it alone.
    A `reply` ("thread", or "channel": there as well) goes below the card that stands in its channel about its subject.
    What is `urgent` (a brand incident, what the recipient asked to hear right then) never waits for a bundle.
    """

    kind: str
    subject: str
    dedupe_key: str
    member: int | None = None
    channel: str | None = None
    members: tuple[int, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    urgent: bool = False
    reply: str | None = None


def enqueue(*notes: Note, now: datetime) -> None:
    """Write what is to be said in the open transaction and ring the bell once it is committed."""
    unit = current()
    unit.notes.setdefault("outbox.rows", []).extend(_row(note, now) for note in notes)
    unit.before_commit("outbox", write_waiting)
    wake()


def enqueue_once(*notes: Note, now: datetime) -> list[Note]:
    """Write those that nobody has written yet, at once, however many workers say the same; the first of them counts. Returns
    those this call wrote."""
    written = [note for note in notes if insert_once(_messages, **_row(note, now))]
    wake()
    return written


def repaint(subject: str, *, turn: str, now: datetime) -> None:
    """Have every card of a subject repainted; `turn` names the change (twice the same turn is once)."""
    enqueue(Note(REPAINT, subject, f"repaint:{subject}:{turn}"), now=now)


def hasten(keys: Iterable[str], *, to: datetime) -> int:
    """Say what is written under these keys, and held until later, at `to`; returns how many. What nobody wrote, or was said
    already, is left alone."""
    wanted = sorted(set(keys))
    later = _messages.c.dedupe_key.in_(wanted) & _messages.c.state.in_((PENDING, WAITING)) & (_messages.c.due_at > to)
    moved = run(update(_messages).where(later).values(due_at=to)).rowcount if wanted else 0
    if moved:
        wake()
    return moved


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


def _recipient(note: Note) -> tuple[int | None, str | None]:
    """Whom a note is for: a member, or a channel, or a group in its place."""
    several = set(note.members)
    if not several:
        return note.member, note.channel
    return (several.pop(), None) if len(several) == 1 else (None, groups.channel_of(several))


def _row(note: Note, now: datetime) -> dict[str, Any]:
    member, channel = _recipient(note)
    return {
        "delivery_id": uuid.uuid4().hex,
        "dedupe_key": note.dedupe_key,
        "kind": note.kind,
        "subject_key": note.subject,
        "member_id": member,
        "channel": channel,
        "lane": lane_of(member, channel),
        "args": dict(note.args),
        "state": PENDING,
        "urgent": note.urgent,
        "reply": note.reply,
        "due_at": note.due_at or now,
        "created_at": now,
    }
