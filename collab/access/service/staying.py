"""How long a guest stays: until a day, longer by one tap, or not any more. The company's zone decides when a day is over."""

from __future__ import annotations

from datetime import date, datetime

import structlog
from sqlalchemy import Table, select, update

from collab.access.models import Stay
from collab.access.queries import invitations as queries
from collab.access.rules import invitations as rules
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db, insert_once, run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.outbox.service.enqueueing import Note, enqueue_once
from collab.people import queries as people
from collab.people.queries import guests
from collab.people.queries.guests import GuestView
from collab.people.service.access import subject_of
from collab.people.service.guests import end_guest
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
ENDING = "access.guest_ending"
_stays: Table = Stay.__table__  # type: ignore[assignment]


def begin(member: int, until_on: date, inviter: int, now: datetime) -> None:
    """A guest came, or came again: until this day, in the transaction that lets them in."""
    values = {"until_on": until_on, "invited_by_id": inviter, "began_at": now, "warned_on": None, "ended_at": None}
    if not insert_once(_stays, member_id=member, **values):
        run(update(_stays).where(_stays.c.member_id == member).values(**values))


def extend(actor: Actor, member: int, *, now: datetime) -> date:
    """Let a guest stay ninety days longer, at most a year from today; their last day by now.

    Raises NotFound, NotAllowed, NotNow (they are gone, or stay for a year already).
    """
    with atomic():
        guest, stay = _held(actor, member, "extend")
        if stay is None:
            raise NotNow("guest_unlimited")
        until_on = rules.extended(stay.until_on, people.today(now))
        if until_on == stay.until_on:
            raise NotNow("guest_stays_longest", until=until_on)
        run(update(_stays).where(_stays.c.member_id == member).values(until_on=until_on, warned_on=None))
        before, after = ({"until_on": day.isoformat()} for day in (stay.until_on, until_on))
        audit.record("guest_extended", subject_of(guest.email), actor=actor, at=now, before=before, after=after)
    return until_on


def end(actor: Actor, member: int, *, now: datetime) -> None:
    """A guest may not come any more, from this moment. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        _held(actor, member, "end")
        run(update(_stays).where(_stays.c.member_id == member).values(ended_at=now))
        end_guest(member, by=actor, now=now)


def sweep(*, now: datetime) -> int:
    """End the stays whose last day is over, and tell the inviters of those that end within a week; returns how many."""
    today, done = people.today(now), 0
    soon = _stays.c.ended_at.is_(None) & (_stays.c.until_on <= today + rules.WARNED_BEFORE)
    for row in db.session.execute(select(_stays).where(soon).order_by(_stays.c.member_id)).all():
        act = _end_once if rules.is_over(row.until_on, today) else _warn_once
        done += act(row, today, now)
    return done


def _end_once(row: AnyRow, _today: date, now: datetime) -> bool:
    mine = (_stays.c.member_id == row.member_id) & _stays.c.ended_at.is_(None) & (_stays.c.until_on == row.until_on)
    with atomic():
        if not run(update(_stays).where(mine).values(ended_at=now)).rowcount:
            return False
        end_guest(row.member_id, by=None, now=now)
    log.info("access.guest_stay_over", member=row.member_id)
    return True


def _warn_once(row: AnyRow, today: date, now: datetime) -> bool:
    if not rules.is_to_warn(row.until_on, row.warned_on, today):
        return False
    mine = (_stays.c.member_id == row.member_id) & (_stays.c.until_on == row.until_on) & _stays.c.ended_at.is_(None)
    fresh = _stays.c.warned_on.is_(None) | (_stays.c.warned_on != row.until_on)
    guest = guests.find_guest(row.member_id)
    with atomic():
        if guest is None or not run(update(_stays).where(mine, fresh).values(warned_on=row.until_on)).rowcount:
            return False
        args = {"guest": row.member_id, "until_on": row.until_on.isoformat()}
        notes = [
            Note(
                ENDING,
                subject_of(guest.email),
                f"guest_ending:{row.member_id}:{row.until_on}:{one}",
                member=one,
                args=args,
            )
            for one in _answering(row.invited_by_id, now)
        ]
        enqueue_once(*notes, now=now)
    return True


def _answering(inviter: int, now: datetime) -> list[int]:
    """Who is asked about a guest: whoever invited them; once they have left, the administrators."""
    found = people.find_actor(inviter, now)
    if found is not None and found.active:
        return [inviter]
    return [one.id for one in people.list_actors(now) if one.active and one.is_admin]


def _held(actor: Actor, member: int, verb: str) -> tuple[GuestView, AnyRow | None]:
    """A guest, locked, once the verb is permitted. Raises NotFound, NotAllowed, NotNow."""
    guest, stay = guests.find_guest(member), queries.find_stay(member)
    relations = queries.relations(actor, stay.invited_by_id if stay else None)
    if guest is None or not permits.allows("guest.show", relations):
        raise NotFound
    subjects.lock_or_introduce(subject_of(guest.email), "member")
    again = guests.find_guest(member) or guest
    permits.check(f"guest.{verb}", relations, "here" if again.left_at is None else "gone")
    return again, queries.find_stay(member)
