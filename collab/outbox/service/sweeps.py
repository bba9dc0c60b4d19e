"""The sweep that makes a lost bell harmless: whatever is due is found here, and `/status` learns that it ran."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.outbox.models import Beacon
from collab.outbox.service.delivery import drain

_beacons: Table = Beacon.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> int:
    """Deliver what is due and leave word that a sweep finished; returns how many messages were handled."""
    handled = drain(now=now)
    leave_word("outbox.sweep", now)
    return handled


def leave_word(name: str, now: datetime) -> None:
    """Write that a periodic duty has just finished."""
    with atomic():
        if not insert_once(_beacons, name=name, at=now):
            db.session.execute(update(_beacons).where(_beacons.c.name == name).values(at=now))
