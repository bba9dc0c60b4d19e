"""What a person does about messages that were given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, or_, select, update

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound, NotNow
from collab.outbox.models import Message
from collab.outbox.rules.moves import BROKEN, MOVES
from collab.outbox.service import operating
from collab.outbox.service.bell import wake

MOST_AT_ONCE = 500
LOST = ("answer_lost", "too_many_attempts")
"""Ends after which the recipient may have the message already."""
_messages: Table = Message.__table__  # type: ignore[assignment]
_AFRESH = {"settled_at": None, "strikes": 0, "looks": 0, "plain": False}


def retry(message_id: int, *, by: Actor | None, now: datetime) -> None:
    """Try a broken message once more from the beginning; one whose answer was lost says that it may be a repetition.

    Raises NotAllowed, NotFound, NotNow (it is not broken, or not any more).
    """
    operating.check(by)
    with atomic():
        row = _locked(message_id)
        lost = row.repeated or row.problem in LOST
        _move(row, "retry", due_at=now, repeated=lost, **_AFRESH)
        operating.record("retry", by=by, now=now, **_facts(row))
        wake()


def retry_all(problem: str, *, by: Actor | None, now: datetime) -> int:
    """Try every message that broke with this problem once more, at most 500 at a time; returns how many."""
    operating.check(by)
    broken = (_messages.c.state == BROKEN) & (_messages.c.problem == problem)
    change = {"state": MOVES.after("retry", BROKEN), "due_at": now, **_AFRESH}
    with atomic():
        oldest = select(_messages.c.id).where(broken).order_by(_messages.c.id).limit(MOST_AT_ONCE)
        ids = list(db.session.scalars(oldest.with_for_update(skip_locked=True)))
        if not ids:
            return 0
        lost = or_(_messages.c.repeated, _messages.c.problem.in_(LOST))
        db.session.execute(update(_messages).where(_messages.c.id.in_(ids)).values(**change, repeated=lost))
        operating.record("retry_all", by=by, now=now, error=problem, messages=ids)
        wake()
    return len(ids)


def dismiss(message_id: int, *, by: Actor | None, now: datetime, reason: str | None = None) -> None:
    """Let a broken message go: somebody has seen to it otherwise. Raises NotAllowed, NotFound, NotNow."""
    operating.check(by)
    with atomic():
        row = _locked(message_id)
        _move(row, "dismiss", settled_at=now)
        operating.record("dismiss", by=by, now=now, reason=reason, **_facts(row))


def _locked(message_id: int) -> AnyRow:
    row = db.session.execute(select(_messages).where(_messages.c.id == message_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _move(row: AnyRow, verb: str, **change: Any) -> None:
    if row.state != BROKEN:
        raise NotNow("delivery_not_broken", state=row.state)
    db.session.execute(
        update(_messages).where(_messages.c.id == row.id).values(state=MOVES.after(verb, row.state), **change)
    )


def _facts(row: AnyRow) -> dict[str, Any]:
    """Which message it was, for the trail: nothing of what it says."""
    return {"message": row.id, "kind": row.kind, "about": row.subject_key, "lane": row.lane, "error": row.problem}
