"""What members have before them: the present faces of their cards, what was said to them and what is coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, or_, select

from collab.kernel.db import db
from collab.outbox.models import Card, Message
from collab.outbox.registry import PAINT, REPAINT, kinds
from collab.outbox.rules import groups
from collab.outbox.rules.moves import BROKEN, OPEN, SENT, SUPERSEDED

_cards: Table = Card.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_OURS = (REPAINT, PAINT)


def list_with_cards(kind: str, subjects: Sequence[str]) -> set[str]:
    """Those of these subjects of which a card of this kind stands somewhere."""
    if not subjects:
        return set()
    standing = (_cards.c.kind == kind) & _cards.c.subject_key.in_(subjects)
    return set(db.session.scalars(select(_cards.c.subject_key).where(standing)))


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


def list_in_channel(channel: str, *, limit: int = 50) -> list[Standing]:
    """What stands in a channel, replies too, the newest first."""
    rows = db.session.execute(
        select(_messages, _cards.c.shown, _cards.c.painted_at)
        .outerjoin(_cards, _cards.c.message_id == _messages.c.id)
        .where(_messages.c.channel == channel, _messages.c.state == SENT, _messages.c.kind.not_in(_OURS))
        .order_by(_messages.c.settled_at.desc(), _messages.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in rows]


def list_standing(member_id: int, *, limit: int = 50) -> list[Standing]:
    """A member's messages, the newest first."""
    rows = db.session.execute(
        select(_messages, _cards.c.shown, _cards.c.painted_at)
        .outerjoin(_cards, _cards.c.message_id == _messages.c.id)
        .where(_reads(member_id), _messages.c.state == SENT, _messages.c.kind.not_in(_OURS))
        .order_by(_messages.c.settled_at.desc(), _messages.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in rows]


def count_coming(member_id: int) -> int:
    """How many messages to a member are still on their way."""
    open_ones = _messages.c.state.in_(OPEN) & _reads(member_id)
    return db.session.scalar(select(func.count()).select_from(_messages).where(open_ones)) or 0


def count_asks(member_id: int, since: datetime, until: datetime, *, about: str | None = None) -> int:
    """How often a member was asked to act from `since` up to `until` (about one subject): what was said, alone or in a
    bundle, and what is still to be said; not what nobody needed to hear any more."""
    asking = [kind.code for kind in kinds.values() if kind.is_must_act]
    at = func.coalesce(_messages.c.settled_at, _messages.c.due_at)
    spoken = or_(_messages.c.state != SUPERSEDED, _messages.c.bundle_id.is_not(None))
    asks = select(func.count()).where(_messages.c.kind.in_(asking), spoken, at >= since, at < until, _reads(member_id))
    return db.session.scalar(asks if about is None else asks.where(_messages.c.subject_key == about)) or 0


def unreached(member_id: int) -> str | None:
    """Slack's word for why it did not take the last message to a member; None if it did, or if they had none."""
    last = (
        select(_messages.c.state, _messages.c.problem)
        .where(
            _messages.c.member_id == member_id, _messages.c.state.in_((SENT, BROKEN)), _messages.c.kind.not_in(_OURS)
        )
        .order_by(_messages.c.id.desc())
        .limit(1)
    )
    row = db.session.execute(last).one_or_none()
    return row.problem if row is not None and row.state == BROKEN else None


def _reads(member_id: int) -> Any:
    """What a member reads: by themselves, or with others in a group."""
    together = _messages.c.channel.contains(groups.part_of(member_id), autoescape=True)
    return or_(_messages.c.member_id == member_id, _messages.c.channel.startswith("members:") & together)


def _standing(row: Row[Any]) -> Standing:
    repainted = row.painted_at if row.painted_at and row.painted_at > row.settled_at else None
    return Standing(row.id, row.kind, row.subject_key, row.settled_at, row.shown or row.payload, repainted)
