"""Open seats and the escalation engine: each open seat has one clock, started by the next sweep and not by the decision that
opened it, so that a decision keeps its price."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, select, text, update

from collab.approvals.models import UNCLOCKED, Round, Seat
from collab.approvals.queries import SeatView
from collab.approvals.rules.progress import WAITING
from collab.escalations.registry import Facts
from collab.escalations.service import waits
from collab.escalations.service.waits import Wait
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, Moment, db, run
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.subjects import service as subjects

WATCH = "approval.seat"
AT_ONCE, AT_MOST = 100, 5000
GRACE = timedelta(minutes=10)
"""How long a seat may be open before a missing clock is worth an alarm."""

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_FOUND = select(_seats.c.id).where(text(UNCLOCKED)).order_by(_seats.c.id).limit(AT_ONCE)
_KEYS = (
    select(_rounds.c.subject_key)
    .join(_seats, _seats.c.round_id == _rounds.c.id)
    .where(_seats.c.id.in_(bindparam("ids", expanding=True)))
    .distinct()
    .order_by(_rounds.c.subject_key)
)
_ROWS = (
    select(
        _seats.c.id, _seats.c.state, _seats.c.member_id, _seats.c.due_at, _seats.c.clock_at,
        _rounds.c.subject_key, _rounds.c.requester_id,
    )
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_seats.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_seats.c.id)
)  # fmt: skip
_FACTS = (
    select(_seats.c.id, _seats.c.step, _seats.c.opened_at, _rounds.c.requester_id, _rounds.c.route)
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_seats.c.id.in_(bindparam("ids", expanding=True)))
)
_SET = update(_seats).where(_seats.c.id == bindparam("seat")).values(clock_at=bindparam("at", type_=Moment()))


def wait_key(subject: str, seat: int) -> str:
    """How a seat's wait is called: `PR-12:seat:40`."""
    return f"{subject}:seat:{seat}"


def seat_of(key: str) -> int:
    """The seat a wait is about."""
    return int(key.rpartition(":")[2])


def keep(*, now: datetime) -> int:
    """Start, move and end clocks until they say what the seats say; returns how many were set."""
    done = 0
    while done < AT_MOST and (count := _keep_some(now)):
        done += count
    return done


def _keep_some(now: datetime) -> int:
    """One short transaction: lock the subjects, then look again, for somebody may have decided meanwhile."""
    ids = db.session.scalars(_FOUND).all()
    if not ids:
        return 0
    keys = run(_KEYS, {"ids": ids}).scalars().all()
    db.session.rollback()
    with atomic():
        for key in keys:
            subjects.lock(key)
        rows = run(_ROWS, {"ids": ids}).all()
        _set(rows, now)
    return len(rows)


def _set(rows: Sequence[AnyRow], now: datetime) -> None:
    opened = [row for row in rows if row.state == WAITING and row.clock_at is None]
    moved = [row for row in rows if row.state == WAITING and row.clock_at not in (None, row.due_at)]
    over = [row for row in rows if row.state != WAITING and row.clock_at is not None]
    if opened:
        who = _people(opened, now)
        waits.watch(*(_wait(row, who) for row in opened), now=now)
    for row in moved:
        waits.put_off(wait_key(row.subject_key, row.id), row.due_at, late=row.member_id, now=now)
    if over:
        waits.end([wait_key(row.subject_key, row.id) for row in over], reason="decided", now=now)
    changed = [{"seat": row.id, "at": row.due_at if row.state == WAITING else None} for row in (*opened, *moved, *over)]
    if changed:
        run(_SET, changed)


def _people(rows: Iterable[AnyRow], now: datetime) -> Mapping[int, Actor]:
    ids = sorted({member for row in rows for member in (row.member_id, row.requester_id)})
    return {actor.id: actor for actor in people.list_actors(now, ids=ids)}


def _wait(row: AnyRow, who: Mapping[int, Actor]) -> Wait:
    return Wait(
        wait_key(row.subject_key, row.id), row.subject_key, WATCH, row.due_at, row.member_id, row.requester_id,
        who[row.member_id].department, who[row.requester_id].department,
    )  # fmt: skip


def stop(subject: str, seat: SeatView, *, reason: str, now: datetime) -> None:
    """End the clock of a seat that goes to somebody else; theirs is their own."""
    if seat.clock_at is not None:
        waits.end([wait_key(subject, seat.id)], reason=reason, now=now)


def put_off(subject: str, seat: SeatView, due_at: datetime, *, now: datetime) -> None:
    """More time: the climb starts again from a new moment."""
    if seat.clock_at is not None:
        waits.put_off(wait_key(subject, seat.id), due_at, now=now)


def still(keys: Sequence[str]) -> frozenset[str]:
    """Those waits whose seat is still open."""
    asked = {seat_of(key): key for key in keys}
    rows = select(_seats.c.id).where(_seats.c.id.in_(asked), _seats.c.state == WAITING)
    return frozenset(asked[seat] for seat in db.session.scalars(rows))


def facts(keys: Sequence[str]) -> Mapping[str, Facts]:
    """What superiors read beyond the subject's face: who waits for it, at which step, since when. Amounts stay with those
    who may see them."""
    asked = {seat_of(key): key for key in keys}
    rows = db.session.execute(_FACTS, {"ids": sorted(asked)}).all()
    names = people.names_of(row.requester_id for row in rows)
    return {asked[row.id]: tuple(_facts(row, names[row.requester_id])) for row in rows}


def _facts(row: AnyRow, requester: people.Named) -> Iterable[tuple[Text, Any]]:
    step = row.route["steps"][row.step]
    yield Text("approval.card.requester"), requester
    yield Text("approval.fact.step"), Text("route.step_name", {"en": step["name_en"], "ja": step["name_ja"]})
    yield Text("approval.fact.since"), row.opened_at


def expected(now: datetime) -> Collection[str]:
    """The waits that ought to be running: of every seat that has been open for a while."""
    rows: Any = (
        select(_rounds.c.subject_key, _seats.c.id)
        .join(_rounds, _rounds.c.id == _seats.c.round_id)
        .where(_seats.c.state == WAITING, _seats.c.opened_at < now - GRACE)
    )
    return [wait_key(subject, seat) for subject, seat in db.session.execute(rows)]
