"""The end of a pulse: what may be shown is counted, everything else is destroyed, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert, select, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.pulses.models import Asked, Count, Given, Pulse
from collab.pulses.queries import CANCELLED, CLOSED, OPEN
from collab.pulses.queries.answers import key_to, list_asked
from collab.pulses.queries.pulses import questions_of
from collab.pulses.rules.hiding import Answer, Group, shown
from collab.pulses.service import telling
from collab.pulses.service.holding import fresh, locked, move

_given: Table = Given.__table__  # type: ignore[assignment]
_counts: Table = Count.__table__  # type: ignore[assignment]
_askings: Table = Asked.__table__  # type: ignore[assignment]


def close(actor: Actor, key: str, *, now: datetime) -> Pulse:
    """Close it before its time. Raises NotFound, NotAllowed (only who opened it), NotNow."""
    with atomic():
        return _close(locked(actor, key, "close"), actor, now)


def close_due(key: str, *, now: datetime) -> bool:
    """Close it if its time is over; False when somebody was first."""
    with atomic():
        pulse = fresh(key)
        if pulse.state != OPEN or pulse.closes_at > now:
            return False
        _close(pulse, None, now)
        return True


def cancel(actor: Actor, key: str, *, reason: str, now: datetime) -> Pulse:
    """Throw everything away, with a reason. Raises NotFound, NotAllowed (only who opened it), NotNow."""
    with atomic():
        pulse = locked(actor, key, "cancel")
        audit.record("cancel", key, actor=actor, at=now, reason=reason)
        pulse = _end(pulse, CANCELLED, now)
        telling.ended(pulse, now=now)
        return pulse


def _close(pulse: Pulse, actor: Actor | None, now: datetime) -> Pulse:
    answers = _read(pulse)
    rows = _rows(pulse.id, shown([answer for _member, answer in answers], pulse.minimum))
    if rows:
        db.session.execute(insert(_counts), rows)
    mine = (_askings.c.pulse_id == pulse.id) & _askings.c.member_id.in_([member for member, _answer in answers])
    run(update(_askings).where(mine).values(answered=True))
    audit.record("close", pulse.key, actor=actor, at=now)
    pulse = _end(pulse, CLOSED, now)
    telling.closed(pulse, now=now)
    return pulse


def _read(pulse: Pulse) -> list[tuple[int, Answer]]:
    """Who answered what, for as long as this transaction lasts. What another installation's secret sealed is nobody's."""
    key = key_to(pulse)
    if key is None:
        return []
    codes = [one.code for one in questions_of(pulse)]
    rows = select(_given.c.token, _given.c.sealed).where(_given.c.pulse_id == pulse.id)
    given = {row.token: row.sealed for row in db.session.execute(rows)}
    return [
        (one.member_id, Answer(one.department_code, one.side, key.opened(sealed, codes)))
        for one in list_asked(pulse)
        if (sealed := given.get(key.token(one.member_id))) is not None
    ]


def _rows(pulse: int, groups: Sequence[Group]) -> list[dict[str, object]]:
    return [
        {"pulse_id": pulse, "side": one.side, "department_code": one.department, "question": question, "rating": rating, "n": n}
        for one in groups
        for question, by in one.counts.items()
        for rating, n in sorted(by.items())
    ]  # fmt: skip


def _end(pulse: Pulse, state: str, now: datetime) -> Pulse:
    run(delete(_given).where(_given.c.pulse_id == pulse.id))
    return move(pulse, {"state": state, "secret": None, "remind_at": None, "ended_at": now})
