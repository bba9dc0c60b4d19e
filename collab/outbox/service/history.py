"""Messages about a past that was told to us, not lived through with us (a replayed or imported history)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Table, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import OPEN, SUPERSEDED, Message
from collab.outbox.service.enqueueing import write_waiting

_messages: Table = Message.__table__  # type: ignore[assignment]

Told = tuple[int | None, str, datetime]
"""Whom a message is for, about which subject, written when."""


def settle_history(*, until: datetime, keep: Collection[Told], now: datetime) -> int:
    """Settle unsent messages written up to `until` as superseded, but for those in `keep`; returns how many.

    Run in the transaction that wrote them, so that no worker ever sees them waiting.
    """
    with atomic():
        write_waiting()
        columns = (_messages.c.id, _messages.c.member_id, _messages.c.subject_key, _messages.c.created_at)
        rows = db.session.execute(
            select(*columns).where(_messages.c.state.in_(OPEN), _messages.c.created_at <= until)
        ).all()
        past = [row.id for row in rows if (row.member_id, row.subject_key, row.created_at) not in keep]
        for start in range(0, len(past), 500):
            batch = _messages.c.id.in_(past[start : start + 500])
            change = {"state": SUPERSEDED, "problem": "history", "settled_at": now}
            db.session.execute(update(_messages).where(batch).values(**change))
    return len(past)
