"""Lanes: one row per recipient and per method says when the next call may be made. Nobody sleeps: what must wait is put back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import Table, bindparam, delete, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db, insert_once, run
from collab.outbox.models import Lane, Message
from collab.outbox.rules import pace
from collab.outbox.rules.moves import MOVES, PENDING
from collab.outbox.rules.pace import Pace

_lanes: Table = Lane.__table__  # type: ignore[assignment]
_messages: Table = Message.__table__  # type: ignore[assignment]
_LOOK = select(_lanes).where(_lanes.c.key.in_(bindparam("keys", expanding=True))).order_by(_lanes.c.key)
_LOCK = _LOOK.with_for_update()
_ADVANCE = update(_lanes).where(_lanes.c.key == bindparam("lane")).values(free_at=bindparam("at"), closed_until=None)


class NotYet(Exception):
    """A lane is not free before `at`; nothing was called. `paused`: Slack asked for it."""

    def __init__(self, at: datetime, *, paused: bool = False) -> None:
        super().__init__(at)
        self.at, self.paused = at, paused


def take(*paces: Pace, now: datetime) -> None:
    """Take one place in each lane, in the open transaction. Raises NotYet: undo the transaction, and none is taken."""
    found = _locked(paces)
    free = max(_free_from(one, found, now) for one in paces)
    if free > now:
        raise NotYet(free, paused=any(row.closed_until and row.closed_until >= free for row in found.values()))
    known = [one for one in paces if one.key in found]
    if known:
        run(_ADVANCE, [{"lane": one.key, "at": one.after(found[one.key].free_at, now)} for one in known])
    for one in paces:
        if one.key not in found and not insert_once(_lanes, key=one.key, free_at=now + one.interval):
            raise NotYet(now)  # somebody else made the lane this very moment: look again


def method(name: str) -> Pace:
    """The pace of one of Slack's methods for this installation."""
    return pace.of_method(name, current_app.extensions["settings"].slack_messages_per_minute)


def places(*paces: Pace, now: datetime) -> list[int]:
    """How many calls each lane allows right now."""
    found = {row.key: row for row in run(_LOOK, {"keys": [one.key for one in paces]})}
    rows = [(one, found.get(one.key)) for one in paces]
    return [one.places(row.free_at, row.closed_until, now) if row else one.burst for one, row in rows]


def check(one: Pace, now: datetime) -> None:
    """Raise NotYet while Slack has asked for a pause in a lane whose calls nobody counts."""
    row = db.session.execute(select(_lanes.c.closed_until).where(_lanes.c.key == one.key)).one_or_none()
    if row is not None and row.closed_until is not None and now < row.closed_until <= now + pace.LONGEST_PAUSE:
        raise NotYet(row.closed_until, paused=True)


def close(keys: Iterable[str], until: datetime) -> None:
    """Slack asked for a pause: nobody calls there before `until`, and what waits there says so."""
    lanes = sorted(set(keys))
    with atomic():
        for key in lanes:
            if not insert_once(_lanes, key=key, free_at=until, closed_until=until):
                shorter = (_lanes.c.key == key) & (_lanes.c.closed_until.is_(None) | (_lanes.c.closed_until < until))
                db.session.execute(update(_lanes).where(shorter).values(closed_until=until))
        waiting = _messages.c.lane.in_(lanes) & (_messages.c.state == PENDING) & (_messages.c.due_at < until)
        db.session.execute(update(_messages).where(waiting).values(state=MOVES.after("put_off", PENDING), due_at=until))


def forget_idle(before: datetime) -> None:
    """Drop lanes nobody has used for long: a lane that is not there is free."""
    with atomic():
        db.session.execute(delete(_lanes).where(_lanes.c.free_at < before))


def _locked(paces: Iterable[Pace]) -> dict[str, AnyRow]:
    """The lanes' rows, always locked in the same order."""
    return {row.key: row for row in run(_LOCK, {"keys": [one.key for one in paces]})}


def _free_from(one: Pace, found: dict[str, AnyRow], now: datetime) -> datetime:
    row = found.get(one.key)
    return one.free_from(row.free_at, row.closed_until, now) if row else now
