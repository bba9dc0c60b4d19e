"""What happens by itself: a pulse closes, those who have not answered are reminded once, the monthly one opens. Any number of
sweeps may look at the same moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, func, select, update

from collab.calendars.queries import calendar_or_default
from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.pulses.models import PREFIX, Pulse
from collab.pulses.queries import find_open, habits, list_asked
from collab.pulses.service import telling
from collab.pulses.service.ending import close_due
from collab.pulses.service.opening import open_pulse

JOB = "pulses.monthly"
_pulses: Table = Pulse.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> None:
    """Look at what is due."""
    due = select(_pulses.c.id).where(_pulses.c.state == "open", _pulses.c.closes_at <= now)
    for number in db.session.scalars(due).all():
        close_due(key_of(PREFIX, number), now=now)
    _remind(now)
    if habits().monthly:
        _open_monthly(now)


def _remind(now: datetime) -> None:
    """Whoever takes the moment out of the row reminds."""
    late = (_pulses.c.state == "open") & (_pulses.c.remind_at <= now)
    if db.session.scalar(select(_pulses.c.id).where(late)) is None:
        return
    with atomic():
        taken = run(update(_pulses).where(late).values(remind_at=None).returning(_pulses.c.id)).scalars().all()
        for number in taken:
            pulse = db.session.get_one(Pulse, number)
            telling.remind(pulse, [one.member_id for one in list_asked(pulse)], now=now)


def _open_monthly(now: datetime) -> None:
    """One in each month that has none yet, in an open hour of the company's calendar."""
    month = people.today(now).strftime("%Y-%m")
    if find_open() is not None or periods.is_claimed(JOB, month) or not calendar_or_default("").is_open(now):
        return
    latest = db.session.scalar(select(func.max(_pulses.c.opened_at)))
    if latest is not None and people.today(latest).strftime("%Y-%m") == month:
        return
    with atomic():
        if periods.claim(JOB, month, now=now) and find_open() is None:
            open_pulse(None, now=now)
