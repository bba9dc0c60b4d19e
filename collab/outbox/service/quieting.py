"""Quiet time: what would disturb somebody waits until it is over, and is then said as it is true by then."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Table, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.outbox.registry import PAINT, Silence, hush, kinds
from collab.outbox.rules import bundles
from collab.outbox.rules.moves import PENDING
from collab.outbox.service.bell import wake
from collab.outbox.service.holding import Held, TakenOver

_messages: Table = Message.__table__  # type: ignore[assignment]


def disturbing(batch: Sequence[Held], now: datetime) -> list[Held]:
    """Of a leased batch, what goes on now; the rest goes back until its recipient's quiet time is over.

    Nobody waits longer than two hours without being looked at again: quiet time that was changed, and a moment written by
    a clock that has since been set right, hold nothing for long.
    """
    asked = sorted({held.row.member_id for held in batch if _may_wait(held)})
    silences = hush.silences(asked, now) if asked else {}
    waiting = [held for held in batch if silences and _waits(held, silences.get(held.row.member_id))]
    if waiting:
        with atomic():
            for held in waiting:
                _put_back(held, silences[held.row.member_id].until, now)
    return [held for held in batch if held not in waiting]


def disturb_again(member: int, *, now: datetime) -> None:
    """Somebody changed their quiet time: what waited for its end is looked at now."""
    mine = (_messages.c.member_id == member) & (_messages.c.state == PENDING) & (_messages.c.quiet_until > now)
    with atomic():
        db.session.execute(update(_messages).where(mine).values(due_at=now, quiet_until=None))
        wake()


def _may_wait(held: Held) -> bool:
    """Painting disturbs nobody, what is urgent disturbs always, and what was called for already is not taken back."""
    row = held.row
    return held.is_uncalled and row.member_id is not None and not row.urgent and row.kind != PAINT


def _waits(held: Held, silence: Silence | None) -> bool:
    if silence is None or not _may_wait(held):
        return False
    kind = kinds.get(held.row.kind)
    return not (silence.asks_pass and kind is not None and kind.is_must_act)


def _put_back(held: Held, until: datetime, now: datetime) -> None:
    with suppress(TakenOver):
        held.move("put_back", now, due_at=min(until, now + bundles.LONGEST_HOLD), quiet_until=until)
