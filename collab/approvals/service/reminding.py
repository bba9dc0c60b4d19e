"""Asking again later: the card comes back, the deadline stays. More time: the deadline moves, a few times and counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.approvals.models import Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules.progress import EXTENSION, MOST_EXTENSIONS
from collab.approvals.service import clocks, telling
from collab.approvals.service.opening import step_details
from collab.approvals.service.telling import ASKED
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import parse_span
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.kernel.permits import permits
from collab.outbox import queries as messages
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary

_seats: Table = Seat.__table__  # type: ignore[assignment]


def ask_later(*, key: str, actor: Actor, at: datetime, now: datetime) -> None:
    """Put the card before its seat holder once more at a moment of their choice, if they are still asked by then; choosing
    the same moment again is once.

    Raises:
        NotFound, NotAllowed, NotNow: the actor is not asked about this.
    """
    with atomic():
        chain, seat = _asked(key, actor, "approval.ask_later")
        note = Note(
            ASKED, key, f"{key}:r{chain.number}:later:{seat.id}:{at.isoformat()}", member=actor.id,
            args={"round": chain.number, "step": seat.step, "office": seat.office}, due_at=at, urgent=True,
        )  # fmt: skip
        if not messages.is_written(note.dedupe_key):
            outbox.enqueue(note, now=now)


def more_time(*, key: str, actor: Actor, now: datetime) -> datetime:
    """One business day more to decide, on the holder's own calendar, from now or from the deadline, whichever is later.
    Returns the new deadline.

    Raises:
        NotNow: more time was taken as often as it may be.
        NotFound, NotAllowed: the actor is not asked about this.
    """
    with atomic():
        chain, seat = _asked(key, actor, "approval.more_time")
        if seat.extensions >= MOST_EXTENSIONS:
            raise NotNow("no_more_time", n=MOST_EXTENSIONS)
        due_at = parse_span(EXTENSION).due(max(now, seat.due_at or now), calendar_or_default(actor.calendar))
        values = {"due_at": due_at, "extensions": seat.extensions + 1, "clock_at": due_at if seat.clock_at else None}
        db.session.execute(update(_seats).where(_seats.c.id == seat.id).values(**values))
        clocks.put_off(key, seat, due_at, now=now)
        details = {**step_details(chain.route, chain.number, seat.step), "office": seat.office}
        audit.record("more_time", key, actor=actor, at=now, after={"due_at": due_at.isoformat()}, details=details)
        telling.more_time(chain, seat, now=now)
    return due_at


def _asked(key: str, actor: Actor, verb: str) -> tuple[Chain, SeatView]:
    """The chain, locked, and the seat the actor is asked on."""
    subjects.lock(key)
    chain = get_chain(key)
    if not chain.relations_of(actor.id):
        get_summary(actor, key)
    permits.check(verb, chain.relations_of(actor.id) | actor.roles, chain.state)
    seat = chain.waiting_seat_of(actor.id)
    if seat is None:
        raise NotNow("not_your_turn")
    return chain, seat
