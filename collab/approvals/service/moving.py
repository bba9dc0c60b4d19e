"""Seats follow people: an absent or departed member's seat goes to the deputy, up the line, at last to the CEO."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Table, select, update
from sqlalchemy.sql.elements import ColumnElement

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules import plan as plans
from collab.approvals.rules.progress import PLANNED, WAITING
from collab.approvals.service import telling
from collab.approvals.service.opening import due_moments, organisation, step_details
from collab.audit import service as audit
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people import queries as people
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Opening:
    """A seat about to be asked: by whom it is held after all, since when, until when."""

    seat: int
    member: int
    office: str | None
    instead_of: int | None
    at: datetime
    due_at: datetime | None
    moved: bool = False


def seats_opening(chain: Chain, seats: Sequence[SeatView], now: datetime) -> dict[int, Opening]:
    """Who will be asked on these planned seats today, and until when; whoever is away is replaced."""
    present = people.presence([seat.member for seat in seats], now)
    codes = {member: here.calendar for member, here in present.items()}
    due = due_moments(chain.steps[seats[0].step]["due"], codes, now)
    opened = {
        seat.id: Opening(seat.id, seat.member, seat.office, seat.instead_of, now, due[seat.member])
        for seat in seats
        if not present[seat.member].away
    }
    for seat in seats:
        if seat.id not in opened:
            opened[seat.id] = _fallen(chain, seat, {other.member for other in opened.values()}, now)
    return opened


def move_seats(member: int, *, now: datetime) -> int:
    """Move every open and planned seat of a member who left or went away; returns how many moved."""
    return _move_all(_seats.c.member_id == member, lambda seat: seat.member == member, now)


def sweep(*, now: datetime) -> int:
    """Look again at open seats whose holder is away or gone: what could fall to nobody yesterday may fall today."""
    holders = db.session.scalars(select(_seats.c.member_id).where(_seats.c.state == WAITING).distinct()).all()
    present = people.presence(holders, now)
    return sum(move_seats(member, now=now) for member, here in present.items() if here.away)


def hand_over(office: str, holder: int, *, now: datetime) -> int:
    """An office has a new holder: its open and planned seats follow the office; returns how many moved."""
    mine = (_seats.c.office == office) & (_seats.c.member_id != holder)
    return _move_all(mine, lambda seat: seat.office == office and seat.member != holder, now, holder=holder)


def _move_all(
    criterion: ColumnElement[bool], concerned: Callable[[SeatView], bool], now: datetime, *, holder: int | None = None
) -> int:
    with atomic():
        keys = db.session.scalars(
            select(_rounds.c.subject_key)
            .join(_seats, _seats.c.round_id == _rounds.c.id)
            .where(_rounds.c.state == "pending", _seats.c.state.in_((WAITING, PLANNED)), criterion)
            .distinct()
            .order_by(_rounds.c.subject_key)
        ).all()
        return sum(_move_in(key, concerned, now, holder) for key in keys)


def _move_in(key: str, concerned: Callable[[SeatView], bool], now: datetime, holder: int | None) -> int:
    subjects.lock(key)
    chain = get_chain(key)
    moved: list[SeatView] = []
    for seat in chain.seats:
        if chain.state == "pending" and seat.state in (WAITING, PLANNED) and concerned(seat):
            beside = {other.member for other in moved if other.step == seat.step}
            opening = _fallen(chain, seat, beside, now, holder)
            if opening.moved:
                _move(chain, seat, opening, now)
                moved.append(replace(seat, member=opening.member))
    if moved:
        bump = update(_rounds).where(_rounds.c.id == chain.id, _rounds.c.version == chain.version)
        db.session.execute(bump.values(version=chain.version + 1))
        telling.moved(chain, now=now)
    return len(moved)


def _move(chain: Chain, seat: SeatView, opening: Opening, now: datetime) -> None:
    change: dict[str, Any] = {"member_id": opening.member, "instead_of_id": opening.instead_of}
    if seat.state == WAITING:
        change |= {"opened_at": now, "due_at": opening.due_at}
        asked = [(opening.member, opening.office)]
        telling.ask(chain.subject, chain.number, seat.step, asked, now=now, version=chain.version)
    db.session.execute(update(_seats).where(_seats.c.id == seat.id, _seats.c.state == seat.state).values(**change))
    record_moved(chain, seat.step, opening, now)


def record_moved(chain: Chain, step: int, opening: Opening, now: datetime) -> None:
    """The audit entry of a seat that fell to somebody else."""
    details = {**step_details(chain.route, chain.number, step), "office": opening.office}
    people_here = {"from": people.email_of(opening.instead_of or 0), "to": people.email_of(opening.member)}
    audit.record("seat_moved", chain.subject, actor=None, at=now, after=people_here, details=details)


def _fallen(chain: Chain, seat: SeatView, beside: set[int], now: datetime, holder: int | None = None) -> Opening:
    """Where a seat falls; it stays, and is reported, if it can fall to nobody: never stuck silently, never dropped.

    `beside` are people seated in the same step a moment ago, `holder` is the office's new holder if it has one.
    """
    org = organisation(None, now)
    away = org.absent if holder or seat.member in org.absent else {**org.absent, seat.member: None}
    seated = {other.member for other in chain.seats if other.step == seat.step and other.id != seat.id} | beside
    taken = plans.fall(replace(org, absent=away), holder or seat.member, seat.office, barred=chain.barred | seated)
    if taken is None:
        log.warning("approval.seat_stuck", subject=chain.subject, member=seat.member, office=seat.office)
        return Opening(seat.id, seat.member, seat.office, seat.instead_of, now, seat.due_at)
    instead_of = taken.instead_of if holder else seat.member
    due = due_moments(chain.steps[seat.step]["due"], {taken.member: org.calendars.get(taken.member, "")}, now)
    return Opening(seat.id, taken.member, seat.office, instead_of, now, due[taken.member], moved=True)
