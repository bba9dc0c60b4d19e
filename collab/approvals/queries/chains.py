"""The chain of a subject: its latest round with every seat, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, bindparam, exists, func, select

from collab.approvals.models import Condition, Round, Seat
from collab.approvals.rules.asking import is_final
from collab.approvals.rules.progress import DECIDED, LIFTED, SeatNow, StepNow, spec_of
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound
from collab.kernel.reading import once

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_conditions: Table = Condition.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class SeatView:
    """A seat and what was decided on it; `instead_of` is whose it is, `through` who held it last before the member,
    `decided_by` who decided for the member, or approved over them."""

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
    turn: int = 1
    opinion: str | None = None
    stage: str | None = None
    decided_by: int | None = None
    carried_from: int | None = None
    held_at: datetime | None = None
    held_until: datetime | None = None
    held_reason: str | None = None
    lifted_at: datetime | None = None
    held_minutes: int = 0

    @property
    def acted_for(self) -> int | None:
        """Whose decision it is where somebody else took it, or is asked for it: a principal, whoever is away."""
        if self.state == LIFTED:
            return None
        return self.instead_of or (self.member if self.decider != self.member else None)

    @property
    def decider(self) -> int:
        """Who decided on it in person."""
        return self.decided_by or self.member

    def stood_still(self, now: datetime) -> int:
        """For how many minutes it has been on hold since it was asked, all holds together."""
        return self.held_minutes + (int((now - self.held_at).total_seconds()) // 60 if self.held_at else 0)

    def concerns(self, member: int) -> bool:
        """Whether it is theirs, or was."""
        return member in (self.member, self.instead_of, self.through, self.decided_by)


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
    content: Mapping[str, Any] | None = None
    resume: str | None = None
    conditioned: bool = False
    """Whether a condition of it is open."""

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """The steps as frozen at submit."""
        steps: Sequence[Mapping[str, Any]] = self.route["steps"]
        return steps

    @property
    def spec(self) -> list[StepNow]:
        """The steps as the rules see them."""
        return spec_of(self.route)

    def now(self) -> list[SeatNow]:
        """The seats as the rules see them."""
        return [SeatNow(seat.id, seat.step, seat.member, seat.state, self._veto(seat)) for seat in self.seats]

    def _veto(self, seat: SeatView) -> bool:
        frozen = self.steps[seat.step]["seats"]
        return seat.position < len(frozen) and bool(frozen[seat.position].get("veto"))

    def kind(self, seat: SeatView) -> str:
        """What is asked of a seat: approve, consult, review, advocate or circulate."""
        return str(self.steps[seat.step]["kind"])

    def is_final(self, step: int) -> bool:
        """Whether nobody is asked after this step: its yes is the decision."""
        return is_final(self.route, step)

    def deciders(self) -> list[SeatView]:
        """The seats whose yes was the decision: those of the last step, or of the last that ran side by side."""
        said = [seat for seat in self.seats if seat.state == "approved"]
        return [seat for seat in said if self.is_final(seat.step)]

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

    def acted(self) -> list[SeatView]:
        """Seats somebody decided on since this round began: decisions that stand from an earlier one were taken then."""
        return [seat for seat in self.decided() if seat.carried_from is None]

    def relations_of(self, member: int) -> frozenset[str]:
        """How a member stands to this round, in the words of the permit rows."""
        done = [seat for seat in self.decided() if seat.decider == member]
        last = self.deciders() if self.state in ("approved", "revoked") else []
        return frozenset(
            [
                *(["seat"] if self.waiting_seat_of(member) else []),
                *(["decided"] if done else []),
                *(["seated"] if any(seat.concerns(member) for seat in self.seats) else []),
                *(["barred"] if member in self.barred else []),
                *(["final_decider"] if any(seat.decider == member for seat in last) else []),
                *(["later"] if any(seat.member == member and seat.state == "planned" for seat in self.seats) else []),
            ]
        )


_CONDITIONED = (
    exists().where(_conditions.c.subject_key == _rounds.c.subject_key, _conditions.c.state == "open").correlate(_rounds)
)
_COLUMNS = [
    *(column.label(f"round_{column.name}") for column in _rounds.columns),
    *(column.label(f"seat_{column.name}") for column in _seats.columns),
    _CONDITIONED.label("conditioned"),
]


_LIVE = (_seats.c.round_id == _rounds.c.id) & _seats.c.voided_at.is_(None)
"""The seats of a round that count; a round that decided itself has none."""


def _latest() -> Any:
    every = _rounds.alias("every")
    newest = select(func.max(every.c.number)).where(every.c.subject_key == bindparam("key")).scalar_subquery()
    return (
        select(*_COLUMNS)
        .outerjoin(_seats, _LIVE)
        .where(_rounds.c.subject_key == bindparam("key"), _rounds.c.number == newest)
        .order_by(_seats.c.step, _seats.c.position)
    )


_LATEST = _latest()


@once
def get_chain(key: str) -> Chain:
    """The latest round of a subject. Raises NotFound when it was never submitted."""
    rows = run(_LATEST, {"key": key}).all()
    if not rows:
        raise NotFound
    return _chain(rows)


def acted_after(chain: Chain, at: datetime) -> bool:
    """Whether anybody decided in this round after a moment, also where it does not stand any more."""
    later = select(_seats.c.id).where(_seats.c.round_id == chain.id, _seats.c.decided_at > at)
    return db.session.scalar(later.limit(1)) is not None


def latest_version(key: str) -> int:
    """The version of a subject's latest round; grows with every change of it. 0 before the first round."""
    newest = select(_rounds.c.number * 1_000_000 + _rounds.c.version).where(_rounds.c.subject_key == key)
    return db.session.scalar(newest.order_by(_rounds.c.number.desc()).limit(1)) or 0


def list_chains(key: str) -> list[Chain]:
    """Every round of a subject, the first one first."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .outerjoin(_seats, _LIVE)
        .where(_rounds.c.subject_key == key)
        .order_by(_rounds.c.number, _seats.c.step, _seats.c.position)
    ).all()
    numbers = sorted({row.round_number for row in rows})
    return [_chain([row for row in rows if row.round_number == number]) for number in numbers]


def list_latest(*, keys: Sequence[str] = (), members: Collection[int] = ()) -> list[Chain]:
    """The latest rounds of these subjects, or the pending ones in which any of these members is asked; in order of seats."""
    every = _rounds.alias("every")
    newest = select(func.max(every.c.number)).where(every.c.subject_key == _rounds.c.subject_key).scalar_subquery()
    asked = select(_seats.c.round_id).where(_seats.c.member_id.in_(sorted(members)), _seats.c.state == "waiting")
    wanted = (
        (_rounds.c.state == "pending") & _rounds.c.id.in_(asked)
        if members
        else _rounds.c.subject_key.in_(keys) & (_rounds.c.number == newest)
    )
    rows = db.session.execute(
        select(*_COLUMNS)
        .outerjoin(_seats, _LIVE)
        .where(wanted)
        .order_by(_rounds.c.id, _seats.c.step, _seats.c.position)
    ).all()
    return [_chain(list(seats)) for _id, seats in groupby(rows, key=lambda row: row.round_id)]


def _chain(rows: Sequence[AnyRow]) -> Chain:
    first = rows[0]
    return Chain(
        id=first.round_id, subject=first.round_subject_key, number=first.round_number, state=first.round_state,
        step=first.round_step, version=first.round_version, content_version=first.round_content_version,
        requester=first.round_requester_id, barred=frozenset(first.round_barred), route=first.round_route,
        opened_at=first.round_opened_at, ended_at=first.round_ended_at,
        seats=tuple(_seat(row) for row in rows if row.seat_id is not None), content=first.round_content, resume=first.round_resume,
        conditioned=bool(first.conditioned),
    )  # fmt: skip


def _seat(row: AnyRow) -> SeatView:
    return SeatView(
        row.seat_id, row.seat_step, row.seat_position, row.seat_member_id, row.seat_office, row.seat_instead_of_id,
        row.seat_state, row.seat_opened_at, row.seat_due_at, row.seat_decided_at, row.seat_comment,
        row.seat_through_id, row.seat_lead_of, row.seat_clock_at, row.seat_extensions, row.seat_turn, row.seat_opinion,
        row.seat_stage, row.seat_decided_by_id, row.seat_carried_from_id, row.seat_held_at, row.seat_held_until,
        row.seat_held_reason, row.seat_lifted_at, row.seat_held_minutes,
    )  # fmt: skip
