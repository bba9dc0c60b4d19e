"""A message in one worker's hands: taken with a lease, moved by the table, and never by two at once."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Table, and_, bindparam, case, func, or_, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, AnySelect, db, run
from collab.outbox.models import Attempt, Lane, Message
from collab.outbox.queries import IS_OPEN
from collab.outbox.registry import PAINT, REPAINT
from collab.outbox.rules import bundles, pace, patience
from collab.outbox.rules.moves import HELD, LEASED, MOVES, SENDING, SETTLED, UNCERTAIN, WAITING

_messages: Table = Message.__table__  # type: ignore[assignment]
_attempts: Table = Attempt.__table__  # type: ignore[assignment]
_lanes: Table = Lane.__table__  # type: ignore[assignment]


class TakenOver(Exception):
    """The lease ran out and another worker took the message: whatever we still wanted to write about it is not ours."""


@dataclass
class Held:
    """A message this worker holds: the row as it was leased, and the state it is in by now."""

    row: AnyRow
    state: str

    @property
    def is_uncalled(self) -> bool:
        """Whether it is ours and no call has begun."""
        return self.state == LEASED

    def release(self, now: datetime) -> None:
        """Let go of it as it was, in the open transaction; a call that has begun keeps its lease until it lapses."""
        if self.state == LEASED:
            self.move("put_back", now)
        elif self.state == UNCERTAIN and self.row.state == UNCERTAIN:
            self.move("miss", now)

    def move(self, verb: str, now: datetime, **change: Any) -> None:
        """Move it on, in the open transaction; leaving our hands ends the lease.

        Raises:
            TakenOver: another worker holds it meanwhile.
            NotNow: the table has no such move.
        """
        after = MOVES.after(verb, self.state)
        values = {"state": after, "settled_at": now if after in SETTLED else None, **change}
        if after not in HELD or after == UNCERTAIN:
            values |= {"lease": None, "leased_until": None}
        mine = {"my_id": self.row.id, "my_lease": self.row.lease, "my_state": self.state}
        if run(_moving(tuple(sorted(values))), {**mine, **values}).scalar() is None:
            raise TakenOver
        self.state = after


@functools.cache
def _moving(columns: tuple[str, ...]) -> Executable:
    """The statement that changes these columns of a message that is ours, built once for each set there is."""
    mine = (_messages.c.id == bindparam("my_id")) & (_messages.c.lease == bindparam("my_lease"))
    still = _messages.c.state == bindparam("my_state")
    change: dict[str, Any] = {column: bindparam(column) for column in columns}
    return update(_messages).where(mine, still).values(**change).returning(_messages.c.id)


_DOUBTFUL = _messages.c.state.in_((SENDING, UNCERTAIN))
_POST, _PAINT, _REST = "post", "paint", "rest"
_SORT = case((_messages.c.kind == PAINT, _PAINT), (or_(_DOUBTFUL, _messages.c.kind == REPAINT), _REST), else_=_POST)
"""What is counted against the budget of posts, against that of updates, and against neither: looks, work of our own."""


def lease(now: datetime, *, posts: int, paints: int, rest: int) -> list[Held]:
    """Take messages that are due and may go out, so many of each sort: of each recipient only as many as its pace allows.

    What a dead worker was sending comes back as uncertain.
    """
    token = uuid.uuid4().hex
    with atomic():
        ids = list(db.session.scalars(_due(now, {_POST: posts, _PAINT: paints, _REST: rest})))
        if not ids:
            return []
        _end_lapsed(ids, now)
        taken = update(_messages).where(_messages.c.id.in_(ids)).values(**_taken(token, now)).returning(_messages)
        rows = db.session.execute(taken).all()
    return [Held(row, row.state) for row in sorted(rows, key=_order)]


def _order(row: AnyRow) -> tuple[bool, bool, int]:
    """First what nothing happened to, the older first; a message with a strike lets the others pass, then comes what needs a look."""
    return row.strikes > 0, row.state == UNCERTAIN, row.id


def _taken(token: str, now: datetime) -> dict[str, Any]:
    state = _messages.c.state
    sending, unknown = state == SENDING, state.in_((SENDING, UNCERTAIN))
    return {
        "state": case((unknown, UNCERTAIN), else_=LEASED),
        "strikes": _messages.c.strikes + case((state.in_((SENDING, LEASED)), 1), else_=0),  # its worker died
        "looks": case((sending, 0), else_=_messages.c.looks),
        "lease": token,
        "leased_until": now + patience.LEASE,
    }


def _due(now: datetime, most: Mapping[str, int]) -> AnySelect:
    """Due, free, near enough to the front of its lane, and soon enough among its sort.

    The conditions outside are those that are checked again under the lock.
    """
    free = [IS_OPEN, _is_due(now), _is_free(now)]
    place = func.row_number().over(partition_by=_messages.c.lane, order_by=_messages.c.id).label("place")
    columns = (_messages.c.id, _messages.c.lane, _messages.c.due_at, _SORT.label("sort"), place)
    due = select(*columns).where(*free, _lane_is_open(now)).subquery()
    turn = func.row_number().over(partition_by=due.c.sort, order_by=(due.c.due_at, due.c.id)).label("turn")
    in_front = or_(due.c.lane == "", due.c.place <= pace.of_recipient("").burst)
    near = select(due.c.id, due.c.sort, turn).where(in_front).subquery()
    mine = select(near.c.id).where(near.c.turn <= case(most, value=near.c.sort))
    return select(_messages.c.id).where(_messages.c.id.in_(mine), *free).with_for_update(skip_locked=True)


def _is_due(now: datetime) -> Any:
    """What was due when it was written is due, whatever the clocks say; no pause of ours is longer than the longest."""
    at = _messages.c.due_at
    paused = _messages.c.state.in_((WAITING, UNCERTAIN)) & (at > now + pace.LONGEST_PAUSE)
    ours = or_(_messages.c.held, _messages.c.strikes > 0, _messages.c.quiet_until.is_not(None))
    put_back = ours & (at > now + bundles.LONGEST_HOLD)
    return or_(at <= now, at <= _messages.c.created_at, paused, put_back)


def _is_free(now: datetime) -> Any:
    until = _messages.c.leased_until
    return or_(until.is_(None), until < now, until > now + 2 * patience.LEASE)


def _lane_is_open(now: datetime) -> Any:
    slack = pace.of_recipient("").slack
    full = and_(_lanes.c.free_at > now + slack, _lanes.c.free_at <= now + slack + pace.LONGEST_PAUSE)
    closed = and_(_lanes.c.closed_until > now, _lanes.c.closed_until <= now + pace.LONGEST_PAUSE)
    return _messages.c.lane.not_in(select(_lanes.c.key).where(or_(full, closed)))


def _end_lapsed(ids: list[int], now: datetime) -> None:
    """The calls of a worker that died have no known end."""
    lapsed = select(_messages.c.id).where(_messages.c.id.in_(ids), _messages.c.state == SENDING)
    open_ones = _attempts.c.message_id.in_(lapsed) & _attempts.c.ended_at.is_(None)
    db.session.execute(
        update(_attempts).where(open_ones).values(ended_at=now, outcome=UNCERTAIN, problem="worker_died")
    )
