"""Messages about a past that was told to us, not lived through with us (a replayed or imported history)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Table, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db
from collab.outbox.models import Message
from collab.outbox.registry import kinds
from collab.outbox.rules.moves import BROKEN, OPEN, SUPERSEDED
from collab.outbox.service.enqueueing import write_waiting

_messages: Table = Message.__table__  # type: ignore[assignment]

PAST = "history"
Told = tuple[int | None, str, datetime]
"""Whom a message is for, about which subject, written when."""


def settle_history(*, until: datetime, keep: Collection[Told], now: datetime) -> int:
    """Settle unsent messages written up to `until` as superseded, but for those in `keep`: they are due now. Returns how many.

    Run in the transaction that wrote them, so that no worker ever sees them waiting.
    """
    with atomic():
        write_waiting()
        columns = (
            _messages.c.id,
            _messages.c.kind,
            _messages.c.member_id,
            _messages.c.subject_key,
            _messages.c.created_at,
        )
        rows = db.session.execute(
            select(*columns).where(_messages.c.state.in_(OPEN), _messages.c.created_at <= until)
        ).all()
        waiting = _messages.c.state.in_(OPEN) & (_messages.c.due_at < now)
        kept = _one_each([row for row in rows if (row.member_id, row.subject_key, row.created_at) in keep])
        past = [row.id for row in rows if row.id not in kept]
        for start in range(0, len(past), 500):
            batch = _messages.c.id.in_(past[start : start + 500])
            change = {"state": SUPERSEDED, "problem": PAST, "settled_at": now}
            db.session.execute(update(_messages).where(batch).values(**change))
        db.session.execute(update(_messages).where(waiting).values(due_at=now))
    return len(past)


def _one_each(rows: Sequence[AnyRow]) -> set[int]:
    """Of several messages to one person about one thing at one moment, the one that asks: the other is news by now."""
    best: dict[Told, AnyRow] = {}
    for row in sorted(rows, key=lambda row: kinds[row.kind].is_must_act):
        best[row.member_id, row.subject_key, row.created_at] = row
    return {row.id for row in best.values()}


def never_arrived(member_id: int, problem: str, *, about: str = "") -> bool:
    """Tell that the last message of the past to a member could not be delivered; False if they were told nothing. `about`
    is how the key of what it tells of begins.

    Run in the transaction that settled the history.
    """
    ours = _messages.c.subject_key.startswith(about, autoescape=True)
    mine = (_messages.c.member_id == member_id) & (_messages.c.problem == PAST) & ours
    with atomic():
        last = (
            select(_messages.c.id).where(mine).order_by(_messages.c.created_at.desc(), _messages.c.id.desc()).limit(1)
        )
        broken = update(_messages).where(_messages.c.id == last.scalar_subquery())
        change = {"state": BROKEN, "problem": problem, "settled_at": _messages.c.created_at}
        return db.session.scalar(broken.values(**change).returning(_messages.c.id)) is not None
