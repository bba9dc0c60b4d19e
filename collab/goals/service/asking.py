"""The sweep that asks owners to check in: whoever's moment has come, in small batches; two sweepers ask nobody twice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import String, Table, bindparam, cast, literal, select, update

from collab.audit import service as audit
from collab.escalations import service as escalations
from collab.escalations.service import Wait
from collab.goals.models import PREFIX, Goal, Owner
from collab.goals.queries.habits import habits
from collab.goals.queries.rhythm import WATCH, away_until, cadences, places_of, wait_key
from collab.goals.queries.sight import Held, owners_of
from collab.goals.rules import rhythm as rules
from collab.goals.rules.habits import Cadence
from collab.goals.rules.rhythm import Place, Turn
from collab.goals.service.rhythm import GONE, repaint, repair, subject_of
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.keys import key_of
from collab.outbox.service import Note
from collab.outbox.service.enqueueing import enqueue_once
from collab.people import queries as people
from collab.subjects import service as subjects

ASKED, LAST_CHANCE = "goal.checkin_asked", "goal.checkin_last"
BATCH = 200
LONGEST = 20.0
"""Seconds; the next sweep goes on where this one stopped."""
_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_SUBJECT = literal(f"{PREFIX}-") + cast(_owners.c.goal_id, String)
_DUE = subjects.with_heads(
    select(
        _owners.c.id, _owners.c.goal_id, _owners.c.member_id, _owners.c.department_code, _owners.c.asks_at,
        _owners.c.checked_in_at, _SUBJECT.label("subject_key"),
    )
    .join(_goals, _goals.c.id == _owners.c.goal_id)
    .where(
        _owners.c.asks_at <= bindparam("now", type_=Moment), _owners.c.removed_at.is_(None), _goals.c.state == "active",
    )
    .order_by(_owners.c.member_id, _owners.c.id)
    .limit(bindparam("most")),
    _SUBJECT, _owners,
)  # fmt: skip
_MOVE = (
    update(_owners)
    .where(_owners.c.id == bindparam("owner"))
    .values(
        asks_at=bindparam("to_asks_at", type_=Moment), asked_at=bindparam("to_asked_at", type_=Moment),
        due_at=bindparam("to_due_at", type_=Moment),
    )
)  # fmt: skip


@dataclass(frozen=True)
class _Around:
    """Everything a batch of due asks is judged by."""

    known: Mapping[str, Cadence]
    company: Cadence
    places: Mapping[int, Place]
    away: Mapping[int, date]
    owners: Mapping[int, tuple[Held, ...]]
    now: datetime

    def turn(self, row: AnyRow) -> Turn:
        """What comes of one. Whoever left is not asked: somebody else will answer for it."""
        place = self.places.get(row.member_id)
        if place is None:
            return Turn(asks_at=self.now + GONE, why="left")
        cadence = self.known.get(row.department_code, self.company)
        return rules.turn(
            cadence, place, asks_at=row.asks_at, checked_in_at=row.checked_in_at,
            away_until=self.away.get(row.member_id), now=self.now,
        )  # fmt: skip


def ask_due(*, now: datetime, limit: int = BATCH) -> int:
    """Ask everybody whose moment has come to check in; returns how many asks were made.

    One message per member speaks of all their goals; whoever checked in lately is passed over, whoever is away is asked when
    they are back. An ask, its clock and its message are one transaction.
    """
    end, asked = time.monotonic() + LONGEST, 0
    repair(now)
    while True:
        seen, made = _batch(now, limit)
        asked += made
        if seen < limit or time.monotonic() > end:
            return asked


def _batch(now: datetime, limit: int) -> tuple[int, int]:
    """How many were looked at, and how many asked."""
    with atomic():
        rows = run(_DUE, {"now": now, "most": limit}).all()
        if not rows:
            return 0, 0
        subjects.hold(rows)
        around = _around(rows, now)
        turns = [(row, around.turn(row)) for row in rows]
        run(_MOVE, [_columns(row, turn) for row, turn in turns])
        asked = [(row, turn) for row, turn in turns if turn.at is not None]
        clocks = [_wait(row, turn.due_at, around.owners) for row, turn in asked if turn.due_at is not None]
        escalations.watch(*clocks, now=now)
        _tell(asked, now)
        _leave_word([(row, turn) for row, turn in turns if turn.why == "away_long"], around, now)
        return len(rows), len(asked)


def _around(rows: Sequence[AnyRow], now: datetime) -> _Around:
    places = places_of({row.member_id for row in rows}, now)
    return _Around(
        cadences(), habits().cadence, places, away_until(places, now), owners_of({row.goal_id for row in rows}), now
    )


def _columns(row: AnyRow, turn: Turn) -> dict[str, Any]:
    return {"owner": row.id, "to_asks_at": turn.asks_at, "to_asked_at": turn.at, "to_due_at": turn.due_at}


def _wait(row: AnyRow, due_at: datetime, owners: Mapping[int, tuple[Held, ...]]) -> Wait:
    """The clock of an ask. Where two sides answer for the goal, the other one is who waits for it."""
    other = next((held for held in owners.get(row.goal_id, ()) if held.member != row.member_id), None)
    return Wait(
        wait_key(row.goal_id, row.member_id), key_of(PREFIX, row.goal_id), WATCH, due_at, late=row.member_id,
        other=other.member if other else None, department=row.department_code,
        other_department=other.department if other else None,
    )  # fmt: skip


def _tell(asked: Iterable[tuple[AnyRow, Turn]], now: datetime) -> None:
    """One message for each member, however many sweepers find goals of theirs in the same hour; it is rendered from what is
    open when it is sent, and painted anew where it stands already."""
    first: dict[int, datetime | None] = {}
    for row, turn in asked:
        first.setdefault(row.member_id, turn.at)
    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    notes = [
        Note(ASKED, subject_of(member), f"{subject_of(member)}:{hour}", member=member, due_at=at)
        for member, at in sorted(first.items())
    ]
    written = enqueue_once(*notes, now=now)
    again = {note.subject for note in notes} - {note.subject for note in written}
    repaint(again, turn=f"asked:{now.isoformat()}", now=now)


def _leave_word(left_out: Sequence[tuple[AnyRow, Turn]], around: _Around, now: datetime) -> None:
    """An ask that is left out because its owner is away too long leaves the reason in the goal's history."""
    emails = people.emails_of({row.member_id for row, _turn in left_out})
    for row, turn in left_out:
        details = {
            "member": emails.get(row.member_id), "why": "away", "until": around.away[row.member_id].isoformat(),
            "asks_at": turn.asks_at.isoformat() if turn.asks_at else None,
        }  # fmt: skip
        audit.record("checkin_left_out", row.subject_key, actor=None, at=now, details=details)
