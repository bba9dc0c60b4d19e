"""Putting one's own seat on hold (保留): with a reason and until a day, seen by everybody; nobody decides anything by it.

The clock stands still meanwhile. While it does, a seat is due at the end of the hold plus the open minutes that were left,
so nothing has to be remembered: taken up again earlier, those minutes run from then on; a hold that runs out needs nothing
but its card put before the holder again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules.progress import WAITING
from collab.approvals.service import clocks, telling
from collab.approvals.service.applying import move_round
from collab.approvals.service.deciding import Said, locked, record
from collab.approvals.service.opening import step_details
from collab.audit import queries as trail
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.db import Moment, db, run
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason
from collab.people import queries as people
from collab.subjects import service as subjects

LONGEST_DAYS, MOST_HOLDS = 30, 2
"""How far ahead a hold may reach, and how often one seat may be put on hold each time it is asked."""
AT_ONCE = 200

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_SET = (
    update(_seats)
    .where(_seats.c.id == bindparam("seat"))
    .values(
        held_at=bindparam("since", type_=Moment()), held_until=bindparam("until", type_=Moment()),
        held_reason=bindparam("why"), held_minutes=bindparam("stood"), due_at=bindparam("due", type_=Moment()), clock_at=bindparam("clock", type_=Moment()),
    )
)  # fmt: skip
_OVER = (
    select(_rounds.c.subject_key)
    .join(_seats, _seats.c.round_id == _rounds.c.id)
    .where(_seats.c.held_until <= bindparam("now", type_=Moment()), _seats.c.state == WAITING)
    .distinct()
    .order_by(_rounds.c.subject_key)
    .limit(AT_ONCE)
)


def hold(*, key: str, actor: Actor, reason: str, until_on: date, now: datetime) -> datetime:
    """Put the actor's seat on hold until the close of a day on their own calendar; returns that moment.

    Raises:
        Invalid: no reason, or a day that is not between tomorrow and thirty days ahead.
        NotNow: it is on hold already, or was as often as it may be.
        NotFound, NotAllowed: the actor is not asked about this.
    """
    calendar = calendar_or_default(actor.calendar)
    with atomic():
        chain, seat = _mine(key, actor, "hold")
        reason = checked_reason(reason)
        _check_day(until_on, now.astimezone(calendar.zone).date())
        _check_again(chain, seat)
        until = closing(calendar, until_on)
        due_at = calendar.add(until, _left(calendar, now, seat.due_at))
        after = {"until_on": until_on.isoformat(), "until": until.isoformat(), "due_at": due_at.isoformat()}
        _write(chain, seat, now, until=until, reason=reason, due_at=due_at)
        record(chain, "hold", actor, seat, Said("hold", reason), now, after=after)
        telling.decided(chain, "hold", actor, reason, now=now, until=until.isoformat())
    return until


def release(*, key: str, actor: Actor, now: datetime) -> datetime:
    """Take one's seat up again before the hold ends: what was left runs from now on. Returns the new deadline.

    Raises:
        NotNow: it is not on hold.
        NotFound, NotAllowed: the actor is not asked about this.
    """
    calendar = calendar_or_default(actor.calendar)
    with atomic():
        chain, seat = _mine(key, actor, "release")
        if seat.held_until is None:
            raise NotNow("not_held")
        due_at = calendar.add(now, _left(calendar, seat.held_until, seat.due_at))
        _write(chain, seat, now, due_at=due_at)
        record(chain, "release", actor, seat, None, now, after={"due_at": due_at.isoformat()})
        telling.decided(chain, "release", actor, None, now=now)
    return due_at


def end_due(*, now: datetime) -> int:
    """End the holds that have run out and put their cards before the holders again; returns how many ended."""
    keys = run(_OVER, {"now": now}).scalars().all()
    db.session.rollback()
    return sum(_end_in(key, now) for key in keys)


def closing(calendar: BusinessCalendar, day: date) -> datetime:
    """When a day ends: at its last closing, on a closed day with its last minute, so that the day named is the day said."""
    open_ = calendar.intervals(day)
    return open_[-1].closes_at if open_ else datetime.combine(day, time(23, 59), calendar.zone)


def _mine(key: str, actor: Actor, verb: str) -> tuple[Chain, SeatView]:
    """The chain, locked, and the seat the actor is asked on in person."""
    chain = locked(key, actor)
    permits.check(f"approval.{verb}", chain.relations_of(actor.id) | actor.roles, chain.state)
    seat = chain.waiting_seat_of(actor.id)
    if seat is None:
        raise NotNow("not_your_turn")
    return chain, seat


def _check_day(until_on: date, today: date) -> None:
    if not timedelta(days=1) <= until_on - today <= timedelta(days=LONGEST_DAYS):
        raise Invalid({"until_on": Text("error.hold_days", {"n": LONGEST_DAYS})}, "hold_days", n=LONGEST_DAYS)


def _check_again(chain: Chain, seat: SeatView) -> None:
    if seat.held_until is not None:
        raise NotNow("already_held", until=seat.held_until)
    here = (chain.number, seat.step + 1, seat.position, seat.turn)
    said = [entry.details for entry in trail.list_entries(chain.subject) if entry.verb == "hold"]
    before = [details for details in said if tuple(details.get(name) for name in _PLACE) == here]
    if len(before) >= MOST_HOLDS:
        raise NotNow("held_enough", n=MOST_HOLDS)


_PLACE = ("round", "step", "seat", "turn")


def _left(calendar: BusinessCalendar, since: datetime, due_at: datetime | None) -> int:
    """The open minutes between a moment and a deadline; none once it has passed."""
    return max(0, calendar.between(since, due_at)) if due_at else 0


def _write(
    chain: Chain, seat: SeatView, now: datetime, *, due_at: datetime, until: datetime | None = None, reason: str | None = None
) -> None:  # fmt: skip
    """Set or end a hold; the clock is moved with it, as more time moves it."""
    clock = due_at if seat.clock_at else None
    since = now if until else None
    kept = {"stood": seat.stood_still(now), "due": due_at, "clock": clock}
    run(_SET, {"seat": seat.id, "since": since, "until": until, "why": reason, **kept})
    clocks.put_off(chain.subject, seat, due_at, now=now)
    move_round(chain, "pending", chain.step, now)


def _end_in(key: str, now: datetime) -> int:
    """One short transaction: lock, then look again, for somebody may have decided or taken it up meanwhile."""
    with atomic():
        subjects.lock(key)
        chain = get_chain(key)
        over = [seat for seat in chain.waiting() if seat.held_until and seat.held_until <= now]
        if not over:
            return 0
        run(_SET, [_ended(seat, now) for seat in over])
        move_round(chain, "pending", chain.step, now)
        _tell_ended(chain, over, now)
    return len(over)


def _ended(seat: SeatView, now: datetime) -> dict[str, Any]:
    kept = {"stood": seat.stood_still(now), "due": seat.due_at, "clock": seat.clock_at}
    return {"seat": seat.id, "since": None, "until": None, "why": None, **kept}


def _tell_ended(chain: Chain, over: Sequence[SeatView], now: datetime) -> None:
    emails = people.addresses(seat.member for seat in over)
    for seat in over:
        details = {
            **step_details(chain.route, chain.number, seat.step),
            "office": seat.office,
            "seat": seat.position,
            "turn": seat.turn,
        }
        after = {"member": emails.get(seat.member), "due_at": seat.due_at.isoformat() if seat.due_at else None}
        audit.record("hold_ended", chain.subject, actor=None, at=now, after=after, details=details)
        telling.ask(
            chain.subject, chain.number, seat.step, [(seat.member, seat.office)], now=now, version=chain.version
        )
