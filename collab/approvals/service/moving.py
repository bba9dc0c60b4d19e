"""Seats follow people: an absent or departed member's seat goes to the deputy, up the line, at last to the CEO; and home
again while nobody has decided on it, as soon as whoever it belongs to is back, or somebody else holds the office or lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Table, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain, list_latest, matter_of
from collab.approvals.rules import plan as plans
from collab.approvals.rules.plan import Organisation
from collab.approvals.rules.progress import PLANNED, WAITING
from collab.approvals.rules.seating import holds_rightly
from collab.approvals.service import clocks, telling
from collab.approvals.service.opening import due_moments, organisation, step_details
from collab.audit import service as audit
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db
from collab.people import queries as people
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_IS_OPEN = _seats.c.state.in_((WAITING, PLANNED))


@dataclass(frozen=True)
class Opening:
    """A seat about to be asked: by whom it is held after all, whose it is if not theirs, since when, until when."""

    seat: int
    member: int
    office: str | None
    instead_of: int | None
    at: datetime
    due_at: datetime | None
    moved: bool = False
    through: int | None = None


def seats_opening(chain: Chain, seats: Sequence[SeatView], now: datetime) -> dict[int, Opening]:
    """Who will be asked on these planned seats today, and until when; whoever is away is replaced."""
    present = people.presence([seat.member for seat in seats], now)
    codes = {member: here.calendar for member, here in present.items()}
    due = {step: due_moments(chain.steps[step]["due"], codes, now) for step in {seat.step for seat in seats}}
    opened = {
        seat.id: Opening(
            seat.id, seat.member, seat.office, seat.instead_of, now, due[seat.step][seat.member], through=seat.through
        )
        for seat in seats
        if not present[seat.member].away
    }
    for seat in seats:
        if seat.id not in opened:
            beside = {opened[other.id].member for other in seats if other.id in opened and other.step == seat.step}
            opened[seat.id] = _fallen(chain, seat, beside, now)
    return opened


def move_seats(member: int, *, now: datetime) -> int:
    """Move every open and planned seat of a member who left or went away; returns how many moved."""
    return _move_all(
        _seats.c.member_id == member,
        lambda seat: seat.member == member,
        lambda chain, seat, beside: _fallen(chain, seat, beside, now),
        now,
    )


def hand_over(office: str, holder: int, *, now: datetime) -> int:
    """An office has a new holder: its open and planned seats follow the office; returns how many moved."""
    return _move_all(
        (_seats.c.office == office) & (_seats.c.member_id != holder),
        lambda seat: seat.office == office and seat.member != holder,
        lambda chain, seat, beside: _fallen(chain, seat, beside, now, holder),
        now,
    )


def look_again(*, now: datetime) -> int:
    """Look again at open seats: what could fall to nobody yesterday may fall today, and what fell may go home."""
    holders = db.session.scalars(select(_seats.c.member_id).where(_seats.c.state == WAITING).distinct()).all()
    present = people.presence(holders, now)
    fallen = sum(move_seats(member, now=now) for member, here in present.items() if here.away)
    return fallen + _go_home(now) + let_go(now=now)


def come_home(member: int, *, now: datetime) -> int:
    """A member is back: what was theirs and is not decided on goes back to them; returns how many moved."""
    return _go_home(now, of=member)


def let_go(*, now: datetime, key: str | None = None) -> int:
    """Seats their holder may not keep: the delegation they came by has ended, or a department disagrees and the decision is
    no longer a deputy's; of one subject, or of all. Returns how many moved."""
    fallen = select(_rounds.c.subject_key).join(_seats, _seats.c.round_id == _rounds.c.id)
    one = _rounds.c.subject_key == key if key else true()
    keys = db.session.scalars(
        fallen.where(_IS_OPEN, _rounds.c.state == "pending", _seats.c.instead_of_id.is_not(None), one).distinct()
    ).all()
    seats = _held_wrongly(list_latest(keys=keys), now) if keys else set()
    if not seats:
        return 0
    return _move_all(
        _seats.c.id.in_(seats),
        lambda seat: seat.id in seats,
        lambda chain, seat, beside: _fallen(chain, seat, beside, now),
        now,
    )


def _held_wrongly(chains: Sequence[Chain], now: datetime) -> set[int]:
    held = [
        (chain, seat)
        for chain in chains
        for seat in chain.seats
        if seat.instead_of and seat.state in (WAITING, PLANNED)
    ]
    org = organisation(None, now)
    here = people.list_active(seat.instead_of or 0 for _chain, seat in held)
    org = replace(
        org,
        absent={owner: deputy for owner, deputy in org.absent.items() if owner in here},
        manager_of=cache(org.manager_of),
    )
    return {
        seat.id for chain, seat in held
        if not holds_rightly(org, seat.instead_of or 0, seat.member, matter_of(chain, seat.step), chain.barred)
        and (seat.instead_of in here or seat.member not in org.offices.values())
    }  # fmt: skip


_HELD = (
    select(_seats.c.id, _seats.c.member_id, _seats.c.instead_of_id, _seats.c.office, _seats.c.lead_of, _rounds.c.barred)
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_IS_OPEN, _rounds.c.state == "pending")
)


def _go_home(now: datetime, *, of: int | None = None) -> int:
    """Seats that somebody else holds than whoever they belong to today: a deputy stands in for an absence, not beyond it."""
    org = organisation(None, now)
    away_from = _seats.c.instead_of_id.is_not(None) if of is None else _seats.c.instead_of_id == of
    named = away_from | _seats.c.lead_of.is_not(None) | _seats.c.office.is_not(None)
    homes = {row.id: home for row in db.session.execute(_HELD.where(named)) if (home := _home(row, org)) is not None}
    here = {actor.id for actor in people.list_actors(now, ids=sorted(set(homes.values()))) if "member" in actor.roles}
    homes = {seat: home for seat, home in homes.items() if home in here}
    if not homes:
        return 0
    return _move_all(
        _seats.c.id.in_(homes),
        lambda seat: seat.id in homes,
        lambda chain, seat, beside: _at_home(chain, seat, homes[seat.id], beside, now),
        now,
    )


def _home(row: AnyRow, org: Organisation) -> int | None:
    """Where a seat belongs, when that is elsewhere and somebody is there who may decide it."""
    home = plans.rightful(org, row.instead_of_id or row.member_id, row.office, row.lead_of)
    return None if home == row.member_id or home in org.absent or home in row.barred else home


def _at_home(chain: Chain, seat: SeatView, home: int, beside: set[int], now: datetime) -> Opening | None:
    if home in _beside(chain, seat) | beside:
        return None
    due = _fair_due(chain, seat, home, now)
    return Opening(seat.id, home, seat.office, None, now, due, moved=True, through=seat.member)


def _move_all(
    criterion: ColumnElement[bool],
    concerned: Callable[[SeatView], bool],
    whither: Callable[[Chain, SeatView, set[int]], Opening | None],
    now: datetime,
) -> int:
    with atomic():
        keys = db.session.scalars(
            select(_rounds.c.subject_key)
            .join(_seats, _seats.c.round_id == _rounds.c.id)
            .where(_rounds.c.state == "pending", _IS_OPEN, criterion)
            .distinct()
            .order_by(_rounds.c.subject_key)
        ).all()
        return sum(_move_in(key, concerned, whither, now) for key in keys)


def _move_in(
    key: str,
    concerned: Callable[[SeatView], bool],
    whither: Callable[[Chain, SeatView, set[int]], Opening | None],
    now: datetime,
) -> int:
    subjects.lock(key)
    chain = get_chain(key)
    moved: list[SeatView] = []
    for seat in chain.seats:
        if chain.state == "pending" and seat.state in (WAITING, PLANNED) and concerned(seat):
            beside = {other.member for other in moved if other.step == seat.step}
            opening = whither(chain, seat, beside)
            if opening is not None and opening.moved:
                _move(chain, seat, opening, now)
                moved.append(replace(seat, member=opening.member))
    if moved:
        bump = update(_rounds).where(_rounds.c.id == chain.id, _rounds.c.version == chain.version)
        db.session.execute(bump.values(version=chain.version + 1))
        telling.moved(chain, now=now)
    return len(moved)


def _move(chain: Chain, seat: SeatView, opening: Opening, now: datetime) -> None:
    change: dict[str, Any] = {
        "member_id": opening.member, "instead_of_id": opening.instead_of, "through_id": opening.through,
    }  # fmt: skip
    if seat.state == WAITING:
        change |= {"opened_at": now, "due_at": opening.due_at, "clock_at": None, "extensions": 0}
        change |= {"held_at": None, "held_until": None, "held_reason": None, "held_minutes": 0}
        asked = [(opening.member, opening.office)]
        clocks.stop(chain.subject, seat, reason="moved", now=now)
        telling.ask(chain.subject, chain.number, seat.step, asked, now=now, version=chain.version)
    db.session.execute(update(_seats).where(_seats.c.id == seat.id, _seats.c.state == seat.state).values(**change))
    record_moved(chain, seat.step, opening, now)


def record_moved(chain: Chain, step: int, opening: Opening, now: datetime) -> None:
    """The audit entry of a seat that went to somebody else."""
    details = {**step_details(chain.route, chain.number, step), "office": opening.office}
    known = people.addresses(member for member in (opening.through, opening.member, opening.instead_of) if member)
    people_here = {
        "from": known.get(opening.through or 0), "to": known.get(opening.member),
        "instead_of": known.get(opening.instead_of or 0),
        "due_at": opening.due_at.isoformat() if opening.due_at else None,
    }  # fmt: skip
    audit.record("seat_moved", chain.subject, actor=None, at=now, after=people_here, details=details)


def _beside(chain: Chain, seat: SeatView) -> set[int]:
    return {other.member for other in chain.seats if other.step == seat.step and other.id != seat.id}


def _fallen(chain: Chain, seat: SeatView, beside: set[int], now: datetime, holder: int | None = None) -> Opening:
    """Where a seat falls; it stays, and is reported, if it can fall to nobody: never stuck silently, never dropped.

    It falls from whoever it belongs to, whoever holds it: a deputy's deputy is a second hand. `beside` are people seated in
    the same step a moment ago, `holder` is the office's new holder if it has one.
    """
    owner = holder or seat.instead_of or seat.member
    org = _without(organisation(None, now), seat.member if holder is None else None, owner)
    left = {owner, seat.member} - people.list_active([owner, seat.member])
    barred = chain.barred | _beside(chain, seat) | beside | left
    taken = plans.fall(org, owner, seat.office, barred=barred, matter=matter_of(chain, seat.step))
    if taken is None and seat.member in left:
        taken = _last_resort(org, seat, owner, barred)
    if taken is None or taken.member == seat.member:
        log.warning("approval.seat_stuck", subject=chain.subject, member=seat.member, office=seat.office)
        due = seat.due_at or _fair_due(chain, seat, seat.member, now)
        return Opening(seat.id, seat.member, seat.office, seat.instead_of, now, due, through=seat.through)
    instead_of = owner if taken.member != owner else None
    due = _fair_due(chain, seat, taken.member, now)
    return Opening(seat.id, taken.member, seat.office, instead_of, now, due, moved=True, through=seat.member)


def _last_resort(org: Organisation, seat: SeatView, owner: int, barred: frozenset[int]) -> plans.Seat | None:
    """Whoever held it has left and everybody above sits here already, or may not: rather than nobody, whoever it belongs to
    though they are away, else another office, sooner one that is there."""
    offices = [
        member for _code, member in sorted(org.offices.items(), key=lambda held: (held[1] in org.absent, held[0]))
    ]
    free = [member for member in (owner, *offices) if member not in barred]
    return plans.Seat(free[0], seat.office) if free else None


def _without(org: Organisation, member: int | None, owner: int) -> Organisation:
    """The organisation without whoever a seat leaves, and without its owner once they have left: nobody stands in for them."""
    gone = {owner, *([member] if member else [])} - people.list_active([owner, *([member] if member else [])])
    away = {member: None} if member and member not in org.absent else {}
    return replace(org, absent={**org.absent, **away, **dict.fromkeys(gone)})


def _fair_due(chain: Chain, seat: SeatView, member: int, now: datetime) -> datetime:
    """Until when whoever gets a seat answers: the whole span of the step, on their own calendar."""
    calendar = people.presence([member], now)[member].calendar
    return due_moments(chain.steps[seat.step]["due"], {member: calendar}, now)[member]
