"""The brand incidents of the sample company, from `config/demo/incidents.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.home.rules import begin
from collab.home.service.demo.company import address
from collab.incidents import service
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.people import queries as people
from collab.tasks import service as tasks


def set_incidents(data: Mapping[str, Any], *, now: datetime) -> int:
    """Replay them; returns how many there are."""
    for entry in data["incident"]:
        _replay(entry, now)
    return len(data["incident"])


def _replay(entry: Mapping[str, Any], now: datetime) -> None:
    raised = begin(entry["raised"], calendar_or_default(company().calendar), now)
    fields = {name: entry.get(name) for name in ("text", "link", "department")}
    key = service.raise_alert(_who(entry["by"], raised), fields, now=raised).key

    def at(minutes: int) -> datetime:
        db.session.expire_all()
        return min(raised + timedelta(minutes=minutes), now)

    service.take(_who(entry["taken_by"], raised), key, now=at(entry["taken"]))
    for note in entry.get("notes", ()):
        service.note(_who(note["by"], raised), key, text=note["text"], now=at(note["after"]))
    if told := entry.get("answered"):
        service.answer(_who(told["by"], raised), key, text=told["text"], link=told["link"], now=at(told["after"]))
    if end := entry.get("closed"):
        who = _who(end["by"], raised)
        service.close(who, key, what_happened=end["what"], root_cause=end["cause"], now=at(end["after"]))
    if learnt := entry.get("reviewed"):
        _review(key, learnt, at(learnt["after"]))


def _review(key: str, entry: Mapping[str, Any], now: datetime) -> None:
    """What was learnt; its tasks were done since."""
    by = _who(entry["by"], now)
    actions = [{name: value for name, value in action.items() if name != "done_by"} for action in entry["actions"]]
    learnt = service.review(by, key, findings=entry["findings"], goal=entry["goal"], actions=actions, now=now)
    for task, action in zip(learnt.tasks, entry["actions"], strict=True):
        doer = _who(action["done_by"], now)
        tasks.accept(doer, task, due="5bd", now=now + timedelta(hours=1))
        tasks.done(doer, task, now=now + timedelta(days=3))
        tasks.confirm(by, task, now=now + timedelta(days=3, hours=1))


def _who(name: str, now: datetime) -> Actor:
    """Raises KeyError for somebody who is no member."""
    found = people.find_actor_by_email(address(name), now)
    if found is None:
        raise KeyError(name)
    return found
