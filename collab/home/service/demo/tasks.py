"""The tasks of the sample company, from `config/demo/tasks.toml`: each with its story, replayed through the same services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.home.rules import Wait, unfold
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.people import queries as people
from collab.tasks import service

_TOLD = ("asked", "by", "story", "seen_to")
_PEOPLE = ("assignee", "lifter", "to")
_SETTLED = timedelta(minutes=10)


def set_tasks(data: Mapping[str, Any], *, now: datetime) -> list[Mapping[str, Any]]:
    """Replay them; returns who saw to what climbed, and when. Raises KeyError for somebody who is no member."""
    keys = [_replay(entry, now) for entry in data["task"]]
    return [
        {"key": key, **entry["seen_to"]} for key, entry in zip(keys, data["task"], strict=True) if "seen_to" in entry
    ]


def _replay(entry: Mapping[str, Any], now: datetime) -> str:
    later = entry.get("story", ())
    waits = [Wait(act["after"], _calendar(act["who"], now)) for act in later]
    moments = unfold(entry["asked"], waits, calendar=_calendar(entry["by"], now), until=now - _SETTLED)
    fields = _named({name: value for name, value in entry.items() if name not in _TOLD})
    source = "slack" if entry.get("permalink") else "web"
    link = fields.pop("permalink", None)
    key = service.ask(_who(entry["by"], moments[0]), fields, source=source, permalink=link, now=moments[0])
    for act, at in zip(later, moments[1:], strict=True):
        db.session.expire_all()
        _act(act, key, at)
    return key


def _act(act: Mapping[str, Any], key: str, at: datetime) -> None:
    said = _named({name: value for name, value in act.items() if name not in ("who", "does", "after")})
    try:
        getattr(service, act["does"])(_who(act["who"], at), key, **said, now=at)
    except Exception as error:
        error.add_note(f"{key} {at:%Y-%m-%d %H:%M} {act['who']} {act['does']}")
        raise


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    """People the file names briefly, by their address; departments as they are."""
    departments = people.department_sides()
    return {
        name: address(value) if name in _PEOPLE and value not in departments else value
        for name, value in fields.items()
    }


def _calendar(name: str, now: datetime) -> Any:
    return calendar_or_default(_who(name, now).calendar)


def _who(name: str, now: datetime) -> Actor:
    found = people.find_actor_by_email(address(name), now)
    if found is None:
        raise KeyError(name)
    return found
