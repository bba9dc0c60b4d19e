"""The data-sharing agreements of the sample company, from `config/demo/agreements.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.agreements import queries, service
from collab.calendars.queries import calendar_or_default
from collab.home.rules import begin
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.people import queries as people

AGREED, CAME, LOOKED, LATE = timedelta(minutes=50), timedelta(hours=3), timedelta(hours=1), timedelta(hours=18)


def set_agreements(data: Mapping[str, Any], *, now: datetime) -> int:
    """Replay them; returns how many there are."""
    for entry in data["agreement"]:
        key = _proposed(entry, now)
        if entry.get("agreed", True):
            _delivered(key, entry, now)
    return len(data["agreement"])


def _proposed(entry: Mapping[str, Any], now: datetime) -> str:
    by = _who(entry["by"], now)
    at = begin(entry["proposed"], calendar_or_default(by.calendar), now)
    fields = {
        **{name: entry.get(name) for name in ("title", "data", "purpose", "goal", "cadence")},
        **{side: _side(entry[side]) for side in ("giver", "receiver")}, "starts_on": people.today(at),
    }  # fmt: skip
    key = service.propose(by, fields, now=at).key
    for side in ("giver", "receiver") if entry.get("agreed", True) else ():
        member = _who(entry[side].partition(":")[2], at)
        if member.id != by.id:
            service.agree(member, key, now=at + AGREED)
    return key


def _delivered(key: str, entry: Mapping[str, Any], now: datetime) -> None:
    """Every delivery that was due by now, except the last where it is still awaited."""
    giver, receiver = (_who(entry[side].partition(":")[2], now) for side in ("giver", "receiver"))
    for number in range(200):
        db.session.expire_all()
        row = queries.get_agreement(giver, key)
        if row.due_at is None or row.due_at > now:
            return
        at = row.due_at + LATE if number in entry.get("late", ()) else row.due_at - CAME
        following = row.due_at + timedelta(days=7) > now
        if at + 2 * LOOKED > now or (entry.get("awaited") and following):
            return
        service.deliver(giver, key, {}, due_on=row.due_on, now=at)
        if number in entry.get("disputed", ()):
            service.dispute(receiver, key, reason="The second half of the week is missing.", now=at + LOOKED)
            service.deliver(giver, key, {"note": "The whole week."}, now=at + 2 * LOOKED)
        else:
            service.confirm(receiver, key, now=at + LOOKED)


def _side(written: str) -> dict[str, str]:
    department, _, name = written.partition(":")
    return {"department": department, "member": address(name)}


def _who(name: str, now: datetime) -> Actor:
    """Raises KeyError for somebody who is no member."""
    found = people.find_actor_by_email(address(name), now)
    if found is None:
        raise KeyError(name)
    return found
