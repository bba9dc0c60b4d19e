"""One person, many messages: the first few come by themselves, the rest wait a little and come as one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, insert, or_, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db
from collab.outbox.models import Message
from collab.outbox.registry import BUNDLE, PAINT, kinds, line_of, logged
from collab.outbox.rules import bundles
from collab.outbox.rules.moves import LEASED, PENDING, SENDING, SENT, SUPERSEDED, UNCERTAIN, WAITING
from collab.outbox.service.holding import Held
from collab.slack import identity

MOST_GATHERED = 200
BUNDLED = "bundled"
_messages: Table = Message.__table__  # type: ignore[assignment]


def waits(held: Held, now: datetime) -> bool:
    """Hold a message back, once, or put it into a bundle; False: it goes out by itself, now."""
    if not _may_wait(held.row):
        return False
    until = None if held.row.held else bundles.held_until(_sent_lately(held.row.lane, now), now)
    if until is not None:
        with atomic():
            held.move("put_back", now, due_at=until, held=True)
        return True
    return _bundled(held, now, least=2 if held.row.held else bundles.MANY)


def _may_wait(row: AnyRow) -> bool:
    kind = kinds.get(row.kind)
    goes_now = row.urgent or row.repeated or row.member_id is None
    return kind is not None and kind.line is not None and not goes_now


def _sent_lately(lane: str, now: datetime) -> Sequence[datetime]:
    """When this recipient was last told something new; what is on its way counts as now."""
    since = now - bundles.LOOK_BACK
    sent = select(_messages.c.settled_at).where(
        _messages.c.lane == lane,
        _messages.c.state == SENT,
        _messages.c.settled_at.between(since, now),
        _messages.c.kind != PAINT,
    )
    moments = list(db.session.scalars(sent.order_by(_messages.c.settled_at.desc()).limit(bundles.WINDOWS[-1][1])))
    going = select(_messages.c.id).where(
        _messages.c.lane == lane, _messages.c.state.in_((SENDING, UNCERTAIN)), _messages.c.kind != PAINT
    )
    return [*moments, *(now for _id in db.session.scalars(going))]


def _bundled(held: Held, now: datetime, *, least: int) -> bool:
    """Put everything that waits for this recipient into one message; False if it is less than `least`."""
    with atomic():
        mates = _mates(held.row, now)
        if len(mates) + 1 < least:
            return False
        silent, speaking = _sorted([held.row, *mates], now)
        if held.row.id not in speaking or len(speaking) < least:
            return False  # by itself it is found to be over, or faulty
        _settle(silent, now, bundle_id=None)
        bundle_id = _carrier(held.row, now)
        _settle([part for part in speaking if part != held.row.id], now, bundle_id=bundle_id)
        held.move("drop", now, problem=BUNDLED, bundle_id=bundle_id)
    return True


def _mates(row: AnyRow, now: datetime) -> Sequence[AnyRow]:
    """What else waits for the same recipient, in nobody's hands but ours."""
    lines = [code for code, kind in kinds.items() if kind.line is not None]
    ours = (_messages.c.state == LEASED) & (_messages.c.lease == row.lease)
    waiting = (
        select(_messages)
        .where(_messages.c.lane == row.lane, _messages.c.id != row.id)
        .where(_messages.c.urgent.is_(False), _messages.c.repeated.is_(False))
        .where(or_(_messages.c.state.in_((PENDING, WAITING)), ours), _messages.c.kind.in_(lines))
        .where(or_(_messages.c.held, _messages.c.due_at <= now))
        .order_by(_messages.c.id)
        .limit(MOST_GATHERED)
        .with_for_update(skip_locked=True)
    )
    return db.session.execute(waiting).all()


def _sorted(rows: Sequence[AnyRow], now: datetime) -> tuple[list[int], list[int]]:
    """Those with nothing left to say, and those with something; one that cannot be said is neither, and fails by itself."""
    silent: list[int] = []
    speaking: list[int] = []
    for row in rows:
        recipient, reader = identity.recipient_of(row.member_id)
        with logged(row):
            line = line_of(row, recipient, reader, now)
            (speaking if line is not None and line.open else silent).append(row.id)
    return silent, speaking


def _settle(ids: list[int], now: datetime, *, bundle_id: int | None) -> None:
    if ids:
        change = {
            "state": SUPERSEDED, "settled_at": now, "bundle_id": bundle_id, "problem": BUNDLED if bundle_id else None,
            "lease": None, "leased_until": None,
        }  # fmt: skip
        db.session.execute(update(_messages).where(_messages.c.id.in_(ids)).values(**change))


def _carrier(row: AnyRow, now: datetime) -> int:
    values = {
        "delivery_id": uuid.uuid4().hex, "dedupe_key": f"bundle:{row.id}:{row.lease}", "kind": BUNDLE,
        "subject_key": row.subject_key, "member_id": row.member_id, "channel": None, "lane": row.lane, "args": {},
        "state": PENDING, "urgent": True, "due_at": now, "created_at": now,
    }  # fmt: skip
    made: int = db.session.execute(insert(_messages).values(**values).returning(_messages.c.id)).scalar_one()
    return made
