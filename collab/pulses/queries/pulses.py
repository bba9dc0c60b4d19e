"""Pulses as rows, who may see which, and how somebody stands to one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import number_of, numbers_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.pulses.models import PREFIX, Asked, Pulse
from collab.pulses.rules.habits import OPENS, Question

OPEN, CLOSED, CANCELLED = "open", "closed", "cancelled"
STATES = (OPEN, CLOSED, CANCELLED)


def find_pulse(key: str) -> Pulse | None:
    """The pulse of a key, whoever asks."""
    try:
        return db.session.get(Pulse, number_of(PREFIX, key))
    except NotFound:
        return None


def get_pulse(viewer: Actor, key: str) -> Pulse:
    """One pulse. Raises NotFound, also when the viewer may not see it."""
    pulse = find_pulse(key)
    if pulse is None or not permits.allows("pulse.show", viewer.roles):
        raise NotFound
    return pulse


def find_open() -> Pulse | None:
    """The one that is open now."""
    return db.session.scalars(select(Pulse).where(Pulse.state == OPEN)).one_or_none()


def list_pulses(viewer: Actor, *, offset: int = 0, limit: int = 50) -> tuple[list[Pulse], int]:
    """Pulses, the newest first, and how many there are in all."""
    permits.check("pulse.list", viewer.roles)
    count = db.session.scalar(select(func.count()).select_from(Pulse)) or 0
    wanted = select(Pulse).order_by(Pulse.id.desc()).offset(offset).limit(limit)
    return list(db.session.scalars(wanted)), count


def list_closed(most: int) -> list[Pulse]:
    """The latest that have results, the newest first."""
    closed = select(Pulse).where(Pulse.state == CLOSED).order_by(Pulse.ended_at.desc(), Pulse.id.desc()).limit(most)
    return list(db.session.scalars(closed))


def list_by_keys(keys: Sequence[str]) -> Sequence[Pulse]:
    """The pulses of those keys that exist."""
    numbers = numbers_of(PREFIX, keys)
    return db.session.scalars(select(Pulse).where(Pulse.id.in_(numbers))).all()


def questions_of(pulse: Pulse) -> list[Question]:
    """What it asks, as it was when it opened."""
    return [Question(one["code"], one["en"], one["ja"]) for one in pulse.questions]


def relations(viewer: Actor, pulse: Pulse) -> frozenset[str]:
    """How somebody stands to a pulse, in the words of the permit rows."""
    here = set(viewer.roles)
    if db.session.get(Asked, (pulse.id, viewer.id)) is not None and viewer.active:
        here.add("asked")
    if viewer.active and _opened(viewer, pulse):
        here.add("opener")
    return frozenset(here)


def _opened(viewer: Actor, pulse: Pulse) -> bool:
    """Whether it is theirs to end: they opened it, or whoever did is not here to."""
    if pulse.opened_by_id == viewer.id:
        return True
    orphan = pulse.opened_by_id is None or not people.list_active([pulse.opened_by_id])
    return orphan and bool(viewer.roles & set(OPENS))
