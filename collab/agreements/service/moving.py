"""What every verb shares: the lock, the move, the clock that runs on the giver."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, update

from collab.agreements import rules
from collab.agreements.models import Agreement
from collab.agreements.queries import find_agreement, relations
from collab.agreements.rules import Due
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import Wait, watch
from collab.escalations.service import end as end_waits
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects

WATCH = "agreement.delivery"
_agreements: Table = Agreement.__table__  # type: ignore[assignment]


def locked(actor: Actor, key: str, verb: str, now: datetime) -> Agreement:
    """The agreement, locked, once the verb is permitted. Raises NotFound, NotAllowed, NotNow."""
    subjects.lock(key)
    agreement = fresh(key)
    if not permits.allows("agreement.show", actor.roles):
        raise NotFound
    permits.check(f"agreement.{verb}", relations(actor, agreement, now), agreement.state)
    return agreement


def fresh(key: str) -> Agreement:
    """The row as the database has it under the lock. Raises NotFound."""
    agreement = find_agreement(key)
    if agreement is None:
        raise NotFound
    db.session.refresh(agreement)
    return agreement


def move(agreement: Agreement, values: Mapping[str, Any]) -> Agreement:
    """Change a locked agreement: compare-and-set on the version the transaction read."""
    at = (_agreements.c.id == agreement.id) & (_agreements.c.version == agreement.version)
    done = db.session.execute(update(_agreements).where(at).values(**values, version=agreement.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    db.session.refresh(agreement)
    return agreement


def calendar_of(member: int, now: datetime) -> BusinessCalendar:
    """The business calendar of a member's site."""
    there = people.presence([member], now).get(member)
    return calendar_or_default(there.calendar if there else "")


def awaited(agreement: Agreement, *, after: date | None, now: datetime, giver: int | None = None) -> dict[str, Any]:
    """The columns of what is due next, on the giver's calendar; empty ones when the agreement has run out."""
    try:
        due = rules.next_due(agreement.cadence, calendar_of(giver or agreement.giver_id, now), after=after, now=now)
    except BusinessTimeError as error:
        raise NotNow("never_open") from error
    return due_columns(due)


def due_columns(due: Due | None) -> dict[str, Any]:
    """What is awaited, as columns."""
    at = due.at if due else None
    return {"due_on": due.on if due else None, "due_at": at, "promised_at": at, "postponed": 0}


def wait_key(agreement: Agreement) -> str:
    """The name of the clock of an agreement's delivery."""
    return f"{agreement.key}:delivery"


def restart_clock(agreement: Agreement, *, reason: str, now: datetime) -> None:
    """Whatever was waited for is over; what is awaited now runs on the giver, with the policy in force today."""
    end_waits([wait_key(agreement)], reason=reason, now=now)
    if agreement.state == rules.ACTIVE and agreement.due_at is not None:
        watch(_wait(agreement, agreement.due_at), now=now)


def _wait(agreement: Agreement, due_at: datetime) -> Wait:
    return Wait(
        wait_key(agreement), agreement.key, WATCH, due_at, late=agreement.giver_id, other=agreement.receiver_id,
        department=agreement.giver_code, other_department=agreement.receiver_code,
    )  # fmt: skip
