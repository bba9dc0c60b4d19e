"""Opening a pulse: everybody who works in a department is asked, for their main post."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import BusinessTimeError, Span
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.pulses.models import Asked, Pulse
from collab.pulses.queries import find_open, habits
from collab.pulses.rules.habits import Habits
from collab.pulses.service import telling
from collab.subjects import service as subjects

_pulses: Table = Pulse.__table__  # type: ignore[assignment]
_askings: Table = Asked.__table__  # type: ignore[assignment]


def open_pulse(actor: Actor | None, *, now: datetime) -> Pulse:
    """Ask everybody who works in a department; `actor` None is the monthly one. Guests and auditors are never asked.

    Raises:
        NotNow: one is open already, nobody works in any department, or the company's calendar never opens.
        NotAllowed: neither CMO, CIO, CEO nor admin.
    """
    if actor is not None:
        permits.check("pulse.open", actor.roles)
    with atomic():
        if find_open() is not None:
            raise NotNow("pulse_open")
        asked = _to_ask(now)
        if not asked:
            raise NotNow("nobody_to_ask")
        pulse = _written(actor, habits(), now)
        db.session.execute(insert(_askings), [{"pulse_id": pulse.id, "answered": False, **one} for one in asked])
        details = {"questions": [one["code"] for one in pulse.questions], "closes_at": pulse.closes_at.isoformat()}
        audit.record("open", pulse.key, actor=actor, at=now, details=details)
        telling.asked(pulse, [one["member_id"] for one in asked], now=now)
        return pulse


def _to_ask(now: datetime) -> Sequence[dict[str, Any]]:
    """Every active member with a post, under the department of the main one and the side it is on today."""
    sides = {row.code: row.side for row in people.list_departments()}
    return [
        {"member_id": one.id, "department_code": one.department, "side": sides[one.department]}
        for one in people.list_actors(now)
        if "member" in one.roles and one.department in sides
    ]


def _written(actor: Actor | None, how: Habits, now: datetime) -> Pulse:
    values = {
        "state": "open", "version": 1, "questions": [asdict(one) for one in how.questions], "minimum": how.minimum,
        "secret": secrets.token_hex(32), "opened_by_id": actor.id if actor else None, "opened_at": now, **_moments(how.open_for, now),
    }  # fmt: skip
    pulse = db.session.get_one(Pulse, db.session.scalar(insert(_pulses).values(**values).returning(_pulses.c.id)))
    subjects.introduce(pulse.key, "pulse")
    return pulse


def _moments(open_for: Span, now: datetime) -> dict[str, datetime | None]:
    """When it closes, and when to remind: a business day before, where there are so many."""
    calendar = calendar_or_default("")
    try:
        closes_at = open_for.due(now, calendar)
        earlier = Span(open_for.amount - 1, open_for.unit) if open_for.unit == "bd" and open_for.amount > 1 else None
        return {"closes_at": closes_at, "remind_at": earlier.due(now, calendar) if earlier else None}
    except BusinessTimeError as error:
        raise NotNow("pulse_never_closes") from error
