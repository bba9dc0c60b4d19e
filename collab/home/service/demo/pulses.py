"""The alignment pulses of the sample company, from `config/demo/pulses.toml`: who answered what is made up from one figure for each
department, so that what is shown afterwards is counted as it would be of real answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.home.rules import begin
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.people import queries as people
from collab.pulses import service
from collab.pulses.queries.pulses import find_open, questions_of

SPREAD = (0, 1, -1, 0, 0, -1, 1)
"""How far members of one department are from its figure, in turn."""
LEAST, MOST = 1, 5


def set_pulses(data: Mapping[str, Any], *, now: datetime) -> int:
    """Replay them, the oldest first; returns how many there are. Raises KeyError for somebody who is no member."""
    calendar = calendar_or_default(company().calendar)
    for entry in data["pulse"]:
        at = begin(entry["opened"], calendar, now)
        _replay(entry, min(at, now), now)
    return len(data["pulse"])


def _replay(entry: Mapping[str, Any], at: datetime, now: datetime) -> None:
    opener = people.find_actor_by_email(address(entry["by"]), at)
    pulse = service.open_pulse(opener, now=at)
    key, closes_at, codes = pulse.key, pulse.closes_at, [one.code for one in questions_of(pulse)]
    for member, ratings in _answers(entry, codes, at):
        service.answer(member, key, ratings, now=at)
    db.session.expire_all()
    if closes_at <= now and find_open() is not None:
        service.close_due(key, now=closes_at)


def _answers(entry: Mapping[str, Any], codes: Sequence[str], at: datetime) -> Iterator[tuple[Actor, dict[str, int]]]:
    """What each member of each department answers: its figures, each member a little differently."""
    silent = {address(name) for name in entry.get("silent", ())}
    for department, figures in entry["answers"].items():
        here = [one for one in people.list_actors(at) if one.department == department and "member" in one.roles]
        for number, member in enumerate(one for one in here if one.active):
            if member.email not in silent:
                yield (
                    member,
                    {
                        code: min(MOST, max(LEAST, figure + SPREAD[(number + place) % len(SPREAD)]))
                        for place, (code, figure) in enumerate(zip(codes, figures, strict=True))
                    },
                )
