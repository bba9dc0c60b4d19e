"""Loading the sample company: one transaction, so that an interrupted load leaves nothing behind."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collab.calendars.queries import calendar_or_default
from collab.digests import service as digests
from collab.home.service.demo import company
from collab.home.service.demo.access import review_access
from collab.home.service.demo.acts import Act, perform
from collab.home.service.demo.agreements import set_agreements
from collab.home.service.demo.changes import propose_changes
from collab.home.service.demo.channels import connect_channels
from collab.home.service.demo.company import address
from collab.home.service.demo.escalations import let_climb
from collab.home.service.demo.goals import set_goals
from collab.home.service.demo.guests import set_guests
from collab.home.service.demo.incidents import set_incidents
from collab.home.service.demo.initiatives import set_initiatives
from collab.home.service.demo.pulses import set_pulses
from collab.home.service.demo.reviews import set_reviews
from collab.home.service.demo.stories import CalendarOf, people_acts, purchase_acts
from collab.home.service.demo.tasks import set_tasks
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.nudges.rules.weeks import span_of, week_named
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects import service as index
from collab.subjects.registry import InboxRow

FOUNDED = timedelta(days=200)
INDEXED_AT_ONCE = 500
WEEK, LAST_TO_END = timedelta(days=7), timedelta(hours=12)
"""So long after UTC's does the last zone's week end."""
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Loaded:
    """What is there now."""

    members: int
    goals: int
    purchases: int


def load(folder: Path, *, now: datetime) -> Loaded:
    """Replay the sample company of `folder` so that it stands as of `now`.

    Raises:
        NotNow: there are members already; a sample never mixes with a real company.
    """
    if people.list_actors(now):
        raise NotNow("not_empty")
    data = {
        name: _read(folder / f"{name}.toml")
        for name in (
            "people",
            "goals",
            "purchases",
            "ringi",
            "agreements",
            "incidents",
            "tasks",
            "initiatives",
            "pulses",
            "reviews",
        )
    }
    with atomic():
        loaded = _replay(data, people.today(now), now)
        _send_digests(now)
        outbox.settle_history(until=now, keep=_still_asked(now), now=now)
        connect_channels(data["people"], now=now)
        for entry in data["people"].get("unreached", ()):
            _lose_sight(address(entry["who"]), entry["error"], entry.get("about", ""), now)
    while index.index(limit=INDEXED_AT_ONCE):
        pass
    return loaded


def _send_digests(now: datetime) -> None:
    """The issue of the last week that is over everywhere on earth, for everybody who had something to read, on its Monday."""
    week = week_named(now - WEEK - LAST_TO_END, UTC_ZONE)
    ends = span_of(week, UTC_ZONE)
    if ends is not None:
        digests.send(week, now=ends[1] + LAST_TO_END, progress=lambda _done, _of: None)
        digests.lay_by(week, ends[1] + LAST_TO_END)


def _replay(data: Mapping[str, Any], today: date, now: datetime) -> Loaded:
    founded = now - FOUNDED
    members = company.found(data["people"], now=founded)
    company.meet_strangers(data["people"], now=now)
    goals = set_goals(data["goals"], founded=founded, now=now)
    calendar_of = _calendars(data["people"])
    happened = people_acts(data["people"], calendar_of, today=today, now=now)
    requests = _tell(purchase_acts(data["purchases"]["purchase"], calendar_of, now=now) + happened)
    requests += _tell(purchase_acts(data["ringi"]["purchase"], calendar_of, now=now))
    set_agreements(data["agreements"], now=now)
    set_incidents(data["incidents"], now=now)
    asked = set_tasks(data["tasks"], now=now)
    requests += set_initiatives(data["initiatives"], now=now)
    set_guests(data["people"], now=now)
    propose_changes(data["people"], now=now)
    review_access(data["people"], now=now)
    set_pulses(data["pulses"], now=now)
    set_reviews(data["reviews"], now=now)
    let_climb(asked, now=now)
    return Loaded(members, goals, requests)


def _tell(acts: list[Act]) -> int:
    """Do what happened in the order in which it did; how many requests came of it."""
    keys: dict[int, str] = {}
    for act in sorted(acts, key=lambda act: (act.at, act.story)):
        _perform(act, keys)
    return len(keys)


def _lose_sight(email: str, error: str, about: str, now: datetime) -> None:
    """Somebody whom Slack did not reach lately: what operators do about it can be tried out. Raises KeyError."""
    member = people.find_actor_by_email(email, now)
    if member is None or not outbox.never_arrived(member.id, error, about=about):
        raise KeyError(email)


def _perform(act: Act, keys: dict[int, str]) -> None:
    """Do one act; between two, forget rows read, as between two transactions. An error says which act it was."""
    db.session.flush()
    db.session.expire_all()
    try:
        perform(act, keys)
    except Exception as error:
        error.add_note(f"{keys.get(act.story, '')} {act.at:%Y-%m-%d %H:%M} {act.who} {act.does}")
        raise


def _calendars(data: Mapping[str, Any]) -> CalendarOf:
    """The calendar of each person's site, by their brief name."""
    sites = {site["code"]: site["calendar"] for site in data["site"]}
    codes = {member["name"]: sites[member["site"]] for member in data["member"]}
    return lambda name: calendar_or_default(codes[name])


def _still_asked(now: datetime) -> set[outbox.Told]:
    """Messages about what waits for somebody at this moment: they are the present, all others are history. Of a check-in
    that is overdue it is the last chance, said when its days of grace were over."""
    inboxes = subjects.inboxes(people.list_actors(now), now)
    rows = [(member, row) for member, waiting in inboxes.items() for row in waiting]
    return {(member, row.key, _said_at(row, now)) for member, row in rows}


def _said_at(row: InboxRow, now: datetime) -> datetime:
    overdue = "check_in" in row.actions and row.due_at is not None and row.due_at <= now
    return row.due_at if overdue and row.due_at else row.since


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
