"""Read-only answers about what is to be said and what has been."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from collab.kernel.db import db
from collab.outbox.models import OPEN, Beacon, Message


def counts_by_state() -> dict[str, int]:
    """How many messages are in which state."""
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state).order_by(Message.state))
    return dict(rows.tuples().all())


def oldest_open() -> datetime | None:
    """Since when the oldest message that is not settled has waited."""
    return db.session.scalar(select(func.min(Message.created_at)).where(Message.state.in_(OPEN)))


def last_sweep(name: str = "outbox.sweep") -> datetime | None:
    """When a sweep last finished; None if none ever did."""
    return db.session.scalar(select(Beacon.at).where(Beacon.name == name))
