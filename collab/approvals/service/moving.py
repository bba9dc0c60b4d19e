"""Seats follow people: an absent or departed member's seat goes to the deputy, up the line, at last to the CEO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Table, select, update

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules import plan as plans
from collab.approvals.rules.progress import WAITING
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
    due = due_moments(
        chain.steps[seats[0].step]["due"], {member: here.calendar for member, here in present.items()}, now
    )
    return {
        seat.id: _moved(chain, seat, now)
        if present[seat.member].away
        else Opening(seat.id, seat.member, seat.office, seat.instead_of, now, due[seat.member])
        for seat in seats
    }


def move_seats(member: int, *, now: datetime) -> int:
    """Move every open or planned seat of a member who left or went away; returns how many moved.

    A waiting seat is asked again at its new holder; a planned one is looked at when its step opens.
    """
    with atomic():
        rows = db.session.execute(
            select(_rounds.c.subject_key)
            .join(_seats, _seats.c.round_id == _rounds.c.id)
            .where(_seats.c.member_id == member, _seats.c.state == WAITING)
            .order_by(_rounds.c.subject_key)
        )
        return sum(_move_in(key, member, now) for key in rows.scalars().all())


def _move_in(key: str, member: int, now: datetime) -> int:
    subjects.lock(key)
    chain = get_chain(key)
    seat = chain.waiting_seat_of(member)
    if seat is None:
        return 0
    opening = _moved(chain, seat, now)
    if not opening.moved:
        return 0
    change = {
        "member_id": opening.member,
        "instead_of_id": opening.instead_of,
        "opened_at": now,
        "due_at": opening.due_at,
    }
    db.session.execute(update(_seats).where(_seats.c.id == seat.id, _seats.c.state == WAITING).values(**change))
    db.session.execute(update(_rounds).where(_rounds.c.id == chain.id).values(version=chain.version + 1))
    record_moved(chain, seat.step, opening, now)
    telling.ask(key, chain.number, seat.step, [(opening.member, opening.office)], now=now, version=chain.version)
    telling.moved(chain, now=now)
    return 1


def record_moved(chain: Chain, step: int, opening: Opening, now: datetime) -> None:
    """The audit entry of a seat that fell to somebody else."""
    details = {**step_details(chain.route, chain.number, step), "office": opening.office}
    people_here = {"from": people.email_of(opening.instead_of or 0), "to": people.email_of(opening.member)}
    audit.record("seat_moved", chain.subject, actor=None, at=now, after=people_here, details=details)


def _moved(chain: Chain, seat: SeatView, now: datetime) -> Opening:
    """Where a seat falls; it stays (and is reported) if it can fall to nobody: never stuck silently, never dropped."""
    org = organisation(None, now)
    beside = {other.member for other in chain.seats if other.step == seat.step}
    away = {**org.absent, **({} if seat.member in org.absent else {seat.member: None})}
    org = replace(org, absent=away)
    taken = plans.fall(org, seat.member, seat.office, barred=chain.barred | beside)
    if taken is None:
        log.error("approval.seat_stuck", subject=chain.subject, member=seat.member, office=seat.office)
        return Opening(seat.id, seat.member, seat.office, seat.instead_of, now, seat.due_at)
    due = due_moments(chain.steps[seat.step]["due"], {taken.member: org.calendars.get(taken.member, "")}, now)
    return Opening(seat.id, taken.member, seat.office, seat.member, now, due[taken.member], moved=True)
