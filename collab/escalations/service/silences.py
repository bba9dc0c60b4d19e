"""Making up for a time in which no sweep ran: one person gets one note about all that fell due, not a flood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Table, and_, or_, select, update

from collab.escalations.models import Notice, Silence
from collab.escalations.service.telling import CATCH_UP, Letter, iso
from collab.kernel.db import AnyRow, db, insert_once, run
from collab.outbox import service as outbox
from collab.outbox.service import Note

SWEEP = "escalations.sweep"
LONG = timedelta(hours=1)
"""A sweep that did not run so long was silent, and what fell due so long ago was missed."""
_notices: Table = Notice.__table__  # type: ignore[assignment]
_silences: Table = Silence.__table__  # type: ignore[assignment]


@dataclass
class Catching:
    """A silence being made up for, and whom this sweep has told something already."""

    from_at: datetime
    until_at: datetime
    told: set[tuple[int, ...]] = field(default_factory=set)


def heard_of(last: datetime | None, now: datetime) -> Catching | None:
    """The silence that lies just behind us, if there is one; `last` is when a sweep last ended."""
    return Catching(last, now) if last is not None and now - last > LONG else None


def begin(catching: Catching | None, rows: Sequence[AnyRow], now: datetime) -> Catching | None:
    """Open the silence in this transaction if what is being done was missed in it, and hold it open; None where it is made
    up for already."""
    if catching is None or not any(now - row.next_at > LONG for row in rows):
        return None
    insert_once(_silences, from_at=catching.from_at, until_at=catching.until_at, closed_at=None)
    still = select(_silences.c.closed_at).where(_silences.c.from_at == catching.from_at).with_for_update(read=True)
    return catching if run(still).scalar_one() is None else None


def fold(catching: Catching, letters: Iterable[Letter]) -> list[Letter]:
    """The letters to be sent at once: the first for each reader, and what waits for nobody. The others are marked, to come
    as one note when the sweep has ended."""
    now, later = [], []
    for letter in letters:
        if letter.urgent or letter.readers not in catching.told:
            catching.told.add(letter.readers)
            now.append(letter)
        else:
            later.append(letter)
    keys = [key for letter in later for key in letter.notices]
    if keys:
        these = or_(
            *(
                and_(_notices.c.escalation_id == wait, _notices.c.rung == rung, _notices.c.member_id == member, _notices.c.slot == slot)
                for wait, rung, member, slot in keys
            )
        )  # fmt: skip
        run(update(_notices).where(these).values(silence_at=catching.from_at))
    return now


def close(catching: Catching | None, *, now: datetime) -> None:
    """The sweep has ended: write one note for each reader of what was gathered, once per silence."""
    if catching is None:
        return
    ours = _silences.c.from_at == catching.from_at
    if run(select(_silences.c.from_at).where(ours, _silences.c.closed_at.is_(None)).with_for_update()).one_or_none():
        run(update(_silences).where(ours).values(closed_at=now))
        outbox.enqueue(*_notes(catching), now=now)


def _notes(catching: Catching) -> list[Note]:
    columns = (_notices.c.member_id, _notices.c.escalation_id, _notices.c.subject_key, _notices.c.notice_at)
    rows = db.session.execute(
        select(*columns).where(_notices.c.silence_at == catching.from_at).order_by(_notices.c.id)
    ).all()
    of: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        of[row.member_id].append(row)
    return [
        Note(
            CATCH_UP, mine[0].subject_key, f"escalation:catch_up:{iso(catching.from_at)}:{member}", member=member,
            args={
                "escalations": list(dict.fromkeys(row.escalation_id for row in mine)),
                "from": iso(catching.from_at), "to": iso(catching.until_at),
            },
            due_at=min(row.notice_at for row in mine),
        )
        for member, mine in sorted(of.items())
    ]  # fmt: skip
