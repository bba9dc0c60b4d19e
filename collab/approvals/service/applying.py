"""Writing what a verb does to a round: its seats in one statement, those asked anew in two, the round in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.sql.dml import Update

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.progress import LIFTED, PASSED, PLANNED, WAITING, Change
from collab.approvals.service import conditions, moving, reading, telling
from collab.approvals.service.moving import Opening
from collab.approvals.service.opening import seats_asked, step_details
from collab.audit import service as audit
from collab.kernel.db import Moment, run
from collab.kernel.errors import NotNow

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Taken:
    """The decision being written: on which seat, by whom in person, in which words."""

    seat: SeatView
    by: int
    at: datetime
    comment: str | None = None
    opinion: str | None = None
    stage: str | None = None


def _seat_update() -> Update:
    """One statement for every seat a change touches, run once with all of them."""
    return (
        update(_seats)
        .where(_seats.c.id == bindparam("seat"), _seats.c.state == bindparam("was"))
        .values(
            state=bindparam("to"), member_id=bindparam("held_by"), instead_of_id=bindparam("instead"),
            through_id=bindparam("through"), opened_at=bindparam("opened", type_=Moment()), due_at=bindparam("due", type_=Moment()),
            decided_at=bindparam("decided", type_=Moment()), decided_by_id=bindparam("decider"),
            lifted_at=bindparam("lifted", type_=Moment()), comment=bindparam("said"),
            opinion=bindparam("opined"), stage=bindparam("about"), held_at=None, held_until=None, held_reason=None,
            held_minutes=bindparam("stood"),
        )
    )  # fmt: skip


_MOVE_SEATS = _seat_update()
_VOID = update(_seats).where(_seats.c.id == bindparam("seat")).values(voided_at=bindparam("at", type_=Moment()))
_NEXT_TURN = insert(_seats).returning(_seats.c.id, sort_by_parameter_order=True)
_MOVE_ROUND = (
    update(_rounds)
    .where(_rounds.c.id == bindparam("round"), _rounds.c.version == bindparam("seen"))
    .values(
        version=bindparam("seen") + 1, step=bindparam("at_step"), state=bindparam("to"), resume=bindparam("resumes"),
        ended_at=bindparam("ended", type_=Moment()),
    )
)  # fmt: skip


def apply(
    chain: Chain, change: Change, now: datetime, *, taken: Taken | None = None, resume: str | None = None
) -> None:
    """Write a change under the subject's lock. Raises NotNow when a seat or the round is not what the chain says."""
    by_id = {seat.id: seat for seat in chain.seats}
    asked = {**change.seats, **change.renewed}
    fresh = [
        by_id[seat]
        for seat, to in asked.items()
        if to == WAITING and (by_id[seat].state == PLANNED or seat in change.renewed)
    ]
    opened = moving.seats_opening(chain, fresh, now) if fresh else {}
    rows = [
        _seat_row(by_id[seat], to, None if seat in change.renewed else opened.get(seat), taken)
        for seat, to in change.seats.items()
    ]
    if rows and run(_MOVE_SEATS, rows).rowcount not in (len(rows), -1):
        raise NotNow("conflict")
    _renew(chain, change.renewed, opened, now)
    move_round(chain, change.ends or "pending", _lowest(chain, asked), now, resume=resume)
    conditions.follow(chain, change, now=now)
    _tell(chain, change, opened, now)


def move_round(chain: Chain, state: str, step: int, now: datetime, *, resume: str | None = None) -> None:
    """Compare-and-set: SQLite knows no row locks, and a guard that costs nothing is kept on PostgreSQL too."""
    ended = None if state == "pending" else (chain.ended_at or now)
    values = {
        "round": chain.id, "seen": chain.version, "at_step": step, "to": state, "ended": ended,
        "resumes": resume or chain.resume,
    }  # fmt: skip
    if run(_MOVE_ROUND, values).rowcount != 1:
        raise NotNow("conflict")


def _lowest(chain: Chain, states: Mapping[int, str]) -> int:
    """The first step that is open after the change; where it ended, the one it stood at."""
    here = [seat.step for seat in chain.seats if states.get(seat.id, seat.state) == WAITING]
    return min(here, default=chain.step)


def _seat_row(seat: SeatView, to: str, opening: Opening | None, taken: Taken | None) -> dict[str, Any]:
    mine = taken if taken is not None and seat.id == taken.seat.id else None
    keeps = seat.opened_at is not None and to != PLANNED
    over = taken if taken is not None and to == LIFTED else None
    by = over.by if over else mine.by if mine and mine.by != seat.member else None
    return {
        "seat": seat.id, "was": seat.state, "to": to,
        "held_by": opening.member if opening else seat.member,
        "instead": opening.instead_of if opening else seat.instead_of,
        "through": opening.through if opening else seat.through,
        "opened": opening.at if opening else (seat.opened_at if keeps else None),
        "due": opening.due_at if opening else (seat.due_at if keeps else None),
        "decided": mine.at if mine else None, "decider": by, "lifted": over.at if over else None,
        "said": mine.comment if mine else None,
        "opined": mine.opinion if mine else None, "about": mine.stage if mine else None,
        "stood": 0 if opening else seat.stood_still(mine.at) if mine else seat.held_minutes,
    }  # fmt: skip


def _renew(chain: Chain, renewed: Mapping[int, str], opened: dict[int, Opening], now: datetime) -> None:
    """Seats asked anew: the decision stays where it was taken, the next turn is a row of its own."""
    if not renewed:
        return
    seats = [seat for seat in chain.seats if seat.id in renewed]
    run(_VOID, [{"seat": seat.id, "at": now} for seat in seats])
    run(_NEXT_TURN, [_next_turn(chain, seat, renewed[seat.id], opened.get(seat.id)) for seat in seats])


def _next_turn(chain: Chain, seat: SeatView, state: str, opening: Opening | None) -> dict[str, Any]:
    return {
        "round_id": chain.id, "step": seat.step, "position": seat.position, "turn": seat.turn + 1, "office": seat.office,
        "lead_of": seat.lead_of, "state": state, "member_id": opening.member if opening else seat.member,
        "instead_of_id": opening.instead_of if opening else seat.instead_of,
        "through_id": opening.through if opening else seat.through,
        "opened_at": opening.at if opening else None, "due_at": opening.due_at if opening else None, "extensions": 0,
    }  # fmt: skip


def _tell(chain: Chain, change: Change, opened: Mapping[int, Opening], now: datetime) -> None:
    """Whoever is asked now hears; whoever reads a step of circulation gets it to read."""
    by_id = {seat.id: seat for seat in chain.seats}
    for step in sorted({by_id[seat].step for seat in opened}):
        _tell_opened(chain, step, [found for seat, found in opened.items() if by_id[seat].step == step], now)
    reached = [
        by_id[seat] for seat, to in change.seats.items() if to == PASSED and chain.kind(by_id[seat]) == "circulate"
    ]
    if reached:
        reading.put_step(chain, reached, now=now)


def _tell_opened(chain: Chain, step: int, opened: Sequence[Opening], now: datetime) -> None:
    details = step_details(chain.route, chain.number, step)
    audit.record(
        "step_started", chain.subject, actor=None, at=now, after={"seats": seats_asked(_asked(opened))}, details=details
    )
    for seat in opened:
        if seat.moved:
            moving.record_moved(chain, step, seat, now)
    telling.ask(
        chain.subject,
        chain.number,
        step,
        [(seat.member, seat.office) for seat in opened],
        now=now,
        version=chain.version,
    )


def _asked(opened: Sequence[Opening]) -> Iterable[tuple[int, str | None, int | None, datetime | None]]:
    return ((seat.member, seat.office, seat.instead_of, seat.due_at) for seat in opened)
