"""Whose channel's issue has fallen due and is not written yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select

from collab.calendars.queries import calendar_or_default
from collab.channels.queries.digest import list_with_digest
from collab.digests import models
from collab.digests.rules.due import Place, latest_on, minute_reached, week_of
from collab.kernel.business_time.zones import local_day
from collab.kernel.company import company
from collab.kernel.db import db

_issues: Table = models.Issue.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class DueChannel:
    """A connected channel (its row), the week that is to be said there, and its zone."""

    channel: Any
    week: str
    zone: ZoneInfo


def list_due_channels(now: datetime) -> list[DueChannel]:
    """Open channels that want the digest, whose latest issue is due and not written, nor any later one. They keep the company's calendar, and hear
    of no week that was over before they were connected."""
    due = [found for row in list_with_digest() if (found := _due(row, now)) is not None]
    written = _written([one.channel.id for one in due])
    return [one for one in due if not _is_written(one, written[one.channel.id], now)]


def _is_written(due: DueChannel, weeks: Sequence[str], now: datetime) -> bool:
    """What is written of a week that is not over was written by a clock that ran ahead."""
    return any(due.week <= week < week_of(local_day(now, due.zone)) for week in weeks)


def _due(row: Any, now: datetime) -> DueChannel | None:
    zone = ZoneInfo(row.zone)
    place, day = Place(zone, calendar_or_default(company().calendar)), local_day(now, zone)
    if not place.is_open(day) or row.digest_minute > minute_reached(now, zone):
        return None
    week = latest_on(day, row.digest_weekday)
    return DueChannel(row, week, zone) if week >= week_of(local_day(row.connected_at, zone)) else None


def _written(ids: list[int]) -> Mapping[int, Sequence[str]]:
    """Of which weeks each has an issue."""
    found: dict[int, list[str]] = {one: [] for one in ids}
    mine = _issues.c.channel_id.in_(ids)
    for row in db.session.execute(select(_issues.c.channel_id, _issues.c.week).where(mine)) if ids else ():
        found[row.channel_id].append(row.week)
    return found
