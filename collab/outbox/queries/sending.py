"""What is to be said: what sending it needs to know, and how far all of it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, case, func, select

from collab.kernel.db import AnyRow, db
from collab.outbox.models import Beacon, Card, Lane, Message
from collab.outbox.registry import kinds
from collab.outbox.rules.moves import OPEN

_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_lanes: Table = Lane.__table__  # type: ignore[assignment]
# States written out, not bound, so that SQLite too finds the partial index of those rows.
IS_OPEN = _messages.c.state.in_(bindparam(None, OPEN, expanding=True, literal_execute=True))


def counts_by_state() -> dict[str, int]:
    """How many messages are in which state."""
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state).order_by(Message.state))
    return {row[0]: row[1] for row in rows}


def oldest_open() -> datetime | None:
    """When the first of the open messages is (or was) due."""
    return db.session.scalar(select(func.min(_messages.c.due_at)).where(IS_OPEN))


def next_due() -> datetime | None:
    """When the next message that nobody holds is due (in the past: it waits for its turn); None if there is none."""
    free = IS_OPEN & _messages.c.leased_until.is_(None)
    later = case((_lanes.c.closed_until > _messages.c.due_at, _lanes.c.closed_until), else_=_messages.c.due_at)
    paused = select(func.min(later)).select_from(_messages.outerjoin(_lanes, _lanes.c.key == _messages.c.lane))
    return db.session.scalar(paused.where(free))


def last_sweep(name: str = "outbox.sweep") -> datetime | None:
    """When a sweep last finished; None if none ever did."""
    return db.session.scalar(select(Beacon.at).where(Beacon.name == name))


def is_written(dedupe_key: str) -> bool:
    """Whether this very thing is to be said already, or was."""
    return db.session.scalar(select(_messages.c.id).where(_messages.c.dedupe_key == dedupe_key)) is not None


def list_written(dedupe_keys: Sequence[str]) -> set[str]:
    """Those of these that are to be said already, or were."""
    if not dedupe_keys:
        return set()
    return set(db.session.scalars(select(_messages.c.dedupe_key).where(_messages.c.dedupe_key.in_(dedupe_keys))))


def is_outdone(row: Row[Any], now: datetime) -> bool:
    """Whether a later message of the same kind about the same subject is due for the same recipient."""
    later = (
        select(_messages.c.id)
        .where(_messages.c.subject_key == row.subject_key, _messages.c.kind == row.kind, _messages.c.lane == row.lane)
        .where(_messages.c.id > row.id, _messages.c.due_at <= now, IS_OPEN)
    )
    return db.session.scalar(later.limit(1)) is not None


def find_card_above(row: Row[Any]) -> AnyRow | None:
    """Where the card stands that a reply goes below: its `channel` and `ts`."""
    cards = _cards.join(_messages, _messages.c.id == _cards.c.message_id)
    here = (_cards.c.subject_key == row.subject_key) & (_messages.c.channel == row.channel)
    places = select(_cards.c.channel, _cards.c.ts).select_from(cards).where(here, _cards.c.member_id.is_(None))
    return db.session.execute(places.order_by(_cards.c.id.desc()).limit(1)).one_or_none()


def is_card_coming(row: Row[Any]) -> bool:
    """Whether the card that a reply goes below is still to be sent."""
    first = (_messages.c.lane == row.lane) & (_messages.c.subject_key == row.subject_key) & (_messages.c.id < row.id)
    cards = _messages.c.reply.is_(None) & _messages.c.kind.in_([kind.code for kind in kinds.values() if kind.is_card])
    return db.session.scalar(select(_messages.c.id).where(first, cards, IS_OPEN).limit(1)) is not None


def list_parts(bundle_id: int) -> Sequence[Row[Any]]:
    """The messages a bundle carries, as they were written."""
    mine = _messages.c.bundle_id == bundle_id
    return db.session.execute(select(_messages).where(mine).order_by(_messages.c.id)).all()
