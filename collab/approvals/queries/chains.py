"""The chain of a subject: its latest round with every seat, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, or_, select

from collab.approvals.models import Round, Seat
from collab.approvals.rules.progress import DECIDED, SeatNow
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class SeatView:
    """A seat and what was decided on it; `instead_of` is whose it is, `through` who held it last before the member."""

    id: int
    step: int
    position: int
    member: int
    office: str | None
    instead_of: int | None
    state: str
    opened_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    comment: str | None
    through: int | None = None
    lead_of: str | None = None
    clock_at: datetime | None = None
    extensions: int = 0

    def concerns(self, member: int) -> bool:
        """Whether it is theirs, or was."""
        return member in (self.member, self.instead_of, self.through)


@dataclass(frozen=True)
class Chain:
    """The latest round of a subject: its frozen route (`steps` as JSON) and its seats in order."""

    id: int
    subject: str
    number: int
    state: str
    step: int
    version: int
    content_version: int
    requester: int
    barred: frozenset[int]
    route: Mapping[str, Any]
    opened_at: datetime
    ended_at: datetime | None
    seats: tuple[SeatView, ...]

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """The steps as frozen at submit."""
        steps: Sequence[Mapping[str, Any]] = self.route["steps"]
        return steps

    @property
    def rules(self) -> list[str]:
        """Each step's rule, by number."""
        return [step["rule"] for step in self.steps]

    def now(self) -> list[SeatNow]:
        """The seats as the rules see them."""
        return [SeatNow(seat.id, seat.step, seat.member, seat.state) for seat in self.seats]

    def waiting(self) -> list[SeatView]:
        """The seats asked right now."""
        return [seat for seat in self.seats if seat.state == "waiting"]

    def waiting_seat_of(self, member: int) -> SeatView | None:
        """The seat this member is asked on."""
        return next((seat for seat in self.waiting() if seat.member == member), None)

    def decided(self) -> list[SeatView]:
        """Seats decided on in this round, the latest last."""
        done = [seat for seat in self.seats if seat.state in DECIDED and seat.decided_at]
        return sorted(done, key=lambda seat: (seat.decided_at, seat.step, seat.id))

    def relations_of(self, member: int) -> frozenset[str]:
        """How a member stands to this round, in the words of the permit rows."""
        done = [seat for seat in self.decided() if seat.member == member]
        last = self.decided()[-1:] if self.state in ("approved", "revoked") else []
        return frozenset(
            [
                *(["seat"] if self.waiting_seat_of(member) else []),
                *(["decided"] if done else []),
                *(["seated"] if any(seat.concerns(member) for seat in self.seats) else []),
                *(["barred"] if member in self.barred else []),
                *(["final_decider"] if any(seat.member == member for seat in last) else []),
            ]
        )


_COLUMNS = [column.label(f"round_{column.name}") for column in _rounds.columns] + [
    column.label(f"seat_{column.name}") for column in _seats.columns
]


def _latest() -> Any:
    every = _rounds.alias("every")
    newest = select(func.max(every.c.number)).where(every.c.subject_key == bindparam("key")).scalar_subquery()
    return (
        select(*_COLUMNS)
        .join(_seats, _seats.c.round_id == _rounds.c.id)
        .where(_rounds.c.subject_key == bindparam("key"), _rounds.c.number == newest)
        .order_by(_seats.c.step, _seats.c.position)
    )


_LATEST = _latest()


def get_chain(key: str) -> Chain:
    """The latest round of a subject. Raises NotFound when it was never submitted."""
    rows = run(_LATEST, {"key": key}).all()
    if not rows:
        raise NotFound
    return _chain(rows)


def latest_version(key: str) -> int:
    """The version of a subject's latest round; grows with every change of it. 0 before the first round."""
    newest = select(_rounds.c.number * 1_000_000 + _rounds.c.version).where(_rounds.c.subject_key == key)
    return db.session.scalar(newest.order_by(_rounds.c.number.desc()).limit(1)) or 0


def list_chains(key: str) -> list[Chain]:
    """Every round of a subject, the first one first."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(_seats, _seats.c.round_id == _rounds.c.id)
        .where(_rounds.c.subject_key == key)
        .order_by(_rounds.c.number, _seats.c.step, _seats.c.position)
    ).all()
    numbers = sorted({row.round_number for row in rows})
    return [_chain([row for row in rows if row.round_number == number]) for number in numbers]


def list_waiting(member: int) -> Sequence[AnyRow]:
    """The open seats of a member: subject, step, since, due, final or not."""
    return db.session.execute(_WAITING, {"member": member}).all()


_WAITING = (
    select(_rounds.c.subject_key, _rounds.c.route, _seats.c.step, _seats.c.opened_at, _seats.c.due_at, _seats.c.office)
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_seats.c.member_id == bindparam("member"), _seats.c.state == "waiting")
)


def seated_members(keys: Sequence[str]) -> dict[str, set[int]]:
    """Everybody seated (or replaced) in any round of each subject: they may always see it."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    rows = db.session.execute(
        select(_rounds.c.subject_key, _seats.c.member_id, _seats.c.instead_of_id, _seats.c.through_id)
        .join(_rounds, _rounds.c.id == _seats.c.round_id)
        .where(_rounds.c.subject_key.in_(keys))
    )
    for key, *those in rows:
        found[key] |= {member for member in those if member is not None}
    return found


def seated_subjects(member: int) -> Select[tuple[str]]:
    """The subjects a member is or was seated on, for use inside another statement."""
    return (
        select(_rounds.c.subject_key)
        .join(_seats, _seats.c.round_id == _rounds.c.id)
        .where(or_(*(column == member for column in (_seats.c.member_id, _seats.c.instead_of_id, _seats.c.through_id))))
    )


def _chain(rows: Sequence[AnyRow]) -> Chain:
    first = rows[0]
    return Chain(
        id=first.round_id, subject=first.round_subject_key, number=first.round_number, state=first.round_state,
        step=first.round_step, version=first.round_version, content_version=first.round_content_version,
        requester=first.round_requester_id, barred=frozenset(first.round_barred), route=first.round_route,
        opened_at=first.round_opened_at, ended_at=first.round_ended_at,
        seats=tuple(_seat(row) for row in rows),
    )  # fmt: skip


def _seat(row: AnyRow) -> SeatView:
    return SeatView(
        row.seat_id, row.seat_step, row.seat_position, row.seat_member_id, row.seat_office, row.seat_instead_of_id,
        row.seat_state, row.seat_opened_at, row.seat_due_at, row.seat_decided_at, row.seat_comment,
        row.seat_through_id, row.seat_lead_of, row.seat_clock_at, row.seat_extensions,
    )  # fmt: skip
