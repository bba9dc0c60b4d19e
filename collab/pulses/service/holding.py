"""What every verb shares: the lock, the permit under the lock, the move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, update

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.pulses.models import Pulse
from collab.pulses.queries import find_pulse, relations
from collab.subjects import service as subjects

_pulses: Table = Pulse.__table__  # type: ignore[assignment]


def locked(actor: Actor, key: str, verb: str) -> Pulse:
    """The pulse, locked, once the verb is permitted. Raises NotFound, NotAllowed, NotNow."""
    pulse = fresh(key)
    if not permits.allows("pulse.show", actor.roles):
        raise NotFound
    permits.check(f"pulse.{verb}", relations(actor, pulse), pulse.state)
    return pulse


def fresh(key: str) -> Pulse:
    """The row as the database has it, locked. Raises NotFound."""
    subjects.lock(key)
    pulse = find_pulse(key)
    if pulse is None:
        raise NotFound
    db.session.refresh(pulse)
    return pulse


def move(pulse: Pulse, values: Mapping[str, Any]) -> Pulse:
    """Change a locked pulse: compare-and-set on the version the transaction read. Answering never comes here: how often a
    pulse was answered is nobody's to count."""
    at = (_pulses.c.id == pulse.id) & (_pulses.c.version == pulse.version)
    done = db.session.execute(update(_pulses).where(at).values(**values, version=pulse.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    db.session.refresh(pulse)
    return pulse
