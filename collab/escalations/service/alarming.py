"""Nobody is there who could act or hear: those who can mend it are told, once per wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from collab.escalations.service import telling
from collab.people import queries as people

log = structlog.get_logger(__name__)


def administrators(now: datetime) -> tuple[int, ...]:
    """Who can mend it."""
    return tuple(sorted(actor.id for actor in people.list_actors(now) if actor.active and actor.is_admin))


def nobody_there(waits: Mapping[int, str], *, now: datetime) -> None:
    """Tell every administrator that nobody is there for these waits (their subjects by id)."""
    for wait, subject in waits.items():
        log.error("escalation.nobody", escalation=wait, subject=subject)
    told = [(wait, subject, admin) for admin in administrators(now) for wait, subject in waits.items()]
    fresh = telling.insert([telling.alarm_row(*one, now) for one in told])
    letters = [telling.alarm(*one, now) for one in told]
    telling.send([letter for letter in letters if fresh.issuperset(letter.notices)], now=now)
