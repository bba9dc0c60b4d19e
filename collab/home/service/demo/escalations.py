"""How far what stalled has climbed by now: past sweeps run again, and who saw to what meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.escalations import service
from collab.home.rules import begin
from collab.home.service.demo.company import address
from collab.people import queries as people


def let_climb(entries: list[Mapping[str, Any]], *, now: datetime) -> int:
    """Run what fell due up to `now`; each entry tells who saw to which subject, and when. Returns how many waits moved."""
    moved = 0
    for entry in entries:
        moved += _seen_to(entry, now)
    return moved + service.replay(until=now)


def _seen_to(entry: Mapping[str, Any], now: datetime) -> int:
    who = people.find_actor_by_email(address(entry["who"]), now)
    if who is None:
        raise KeyError(entry["who"])
    at = begin(entry["at"], calendar_or_default(who.calendar), now)
    moved = service.replay(until=at)
    wait = service.running_of(entry["key"])
    if wait is None:
        raise LookupError(entry["key"])
    service.acknowledge(actor=who, escalation_id=wait.id, now=at)
    return moved
