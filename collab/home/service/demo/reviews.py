"""The business review of the sample company's last quarter, from `config/demo/reviews.toml`: its figures, what both sides wrote, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collab.goals.queries.habits import habits
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.people import queries as people
from collab.reviews import rules, service
from collab.reviews.queries.gathering import Span

_AFTER = re.compile(r"(\d+)d (\d\d):(\d\d)")


def set_reviews(data: Mapping[str, Any], *, now: datetime) -> int:
    """Replay it as far as it has happened by `now`; how many there are. Raises KeyError for somebody who is no member."""
    told = data["review"]
    quarter, from_on, until_on = rules.quarter_over(people.today(now), habits().starts_month)
    taken_at = _moment(until_on, told["taken"])
    if taken_at > now:
        return 0
    key = service.open_quarter(quarter, Span(from_on, until_on), now=taken_at).key
    for entry in told["words"]:
        if (at := _moment(until_on, entry["after"])) <= now:
            db.session.expire_all()
            service.write(_actor(entry["by"], at), key, office=entry["office"], words=entry["text"], now=at)
    if (at := _moment(until_on, told["freezes"]["after"])) <= now:
        db.session.expire_all()
        service.freeze(_actor(told["freezes"]["by"], at), key, now=at)
    return 1


def _actor(name: str, at: datetime) -> Actor:
    found = people.find_actor_by_email(address(name), at)
    if found is None:
        raise KeyError(name)
    return found


def _moment(ends_on: date, written: str) -> datetime:
    """`3d 11:00`: so many days after the quarter's last day, at that time of the company. Raises ValueError."""
    match = _AFTER.fullmatch(written)
    if match is None:
        raise ValueError(written)
    days, hour, minute = (int(part) for part in match.groups())
    return datetime.combine(ends_on + timedelta(days=days), time(hour, minute), ZoneInfo(company().zone))
