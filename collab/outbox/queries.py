"""Read-only answers about what is to be said, what has been, and what somebody's cards show now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select

from collab.kernel.db import db
from collab.outbox.models import OPEN, SENT, Beacon, Card, Message

_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_OURS = ("cards.repaint", "cards.paint")


def counts_by_state() -> dict[str, int]:
    """How many messages are in which state."""
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state).order_by(Message.state))
    return {row[0]: row[1] for row in rows}


def oldest_open() -> datetime | None:
    """Since when the message that is longest overdue has been due."""
    return db.session.scalar(select(func.min(Message.due_at)).where(Message.state.in_(OPEN)))


def last_sweep(name: str = "outbox.sweep") -> datetime | None:
    """When a sweep last finished; None if none ever did."""
    return db.session.scalar(select(Beacon.at).where(Beacon.name == name))


def is_written(dedupe_key: str) -> bool:
    """Whether this very thing is to be said already, or was."""
    return db.session.scalar(select(_messages.c.id).where(_messages.c.dedupe_key == dedupe_key)) is not None


def list_shown(subject_key: str, member_id: int) -> Sequence[Any]:
    """What each of a member's cards about a subject shows now."""
    mine = (_cards.c.subject_key == subject_key) & (_cards.c.member_id == member_id)
    return db.session.scalars(select(_cards.c.shown).where(mine).order_by(_cards.c.id)).all()


@dataclass(frozen=True)
class Standing:
    """A message as it stands in somebody's direct messages: a card with its present face, or what was said once."""

    id: int
    kind: str
    subject: str
    at: datetime
    payload: Any
    painted_at: datetime | None


def list_standing(member_id: int, *, limit: int = 50) -> list[Standing]:
    """A member's messages, the newest first."""
    rows = db.session.execute(
        select(_messages, _cards.c.shown, _cards.c.painted_at)
        .outerjoin(_cards, _cards.c.message_id == _messages.c.id)
        .where(_messages.c.member_id == member_id, _messages.c.state == SENT, _messages.c.kind.not_in(_OURS))
        .order_by(_messages.c.settled_at.desc(), _messages.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in rows]


def count_coming(member_id: int) -> int:
    """How many messages to a member are still on their way."""
    open_ones = _messages.c.state.in_(OPEN) & (_messages.c.member_id == member_id)
    return db.session.scalar(select(func.count()).select_from(_messages).where(open_ones)) or 0


def _standing(row: Row[Any]) -> Standing:
    repainted = row.painted_at if row.painted_at and row.painted_at > row.settled_at else None
    return Standing(row.id, row.kind, row.subject_key, row.settled_at, row.shown or row.payload, repainted)
