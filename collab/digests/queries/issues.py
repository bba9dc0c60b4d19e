"""Issues as they were put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.digests.models import Issue
from collab.digests.rules.content import Content, from_json
from collab.digests.rules.due import after, monday_of, week_of
from collab.digests.rules.needs import Needs, needs_from_json
from collab.kernel.db import AnyRow, db
from collab.subjects.signs import ME

LATE = timedelta(hours=6)
"""An issue that has not arrived after so long can be read on the web meanwhile."""
_issues: Table = Issue.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Edition:
    """One week's issue of a member or a channel. `needs` is None until it was first said or opened; from then on it stays.

    `via` is how it arrived: "slack", "mail", or on the "web" alone; None: not yet.
    """

    id: int
    week: str
    member_id: int | None
    channel_id: int | None
    content: Content
    needs: Needs | None
    empty: bool
    made_at: datetime
    via: str | None
    said_at: datetime | None
    opened_at: datetime | None


def find_issue(*, week: str, member: int | None = None, channel: int | None = None) -> Edition | None:
    """The issue of a member, or of a connected channel (its row id), that reports on this week; None: there is none."""
    if monday_of(week) is None:
        return None
    row = db.session.execute(select(_issues).where(_whose(member, channel), _issues.c.week == week)).one_or_none()
    return _edition(row) if row else None


def get_issue(issue_id: int) -> Edition | None:
    """The issue with this id."""
    row = db.session.execute(select(_issues).where(_issues.c.id == issue_id)).one_or_none()
    return _edition(row) if row else None


def find_latest(member: int) -> Edition | None:
    """The last issue of a member that had something to say."""
    mine = (_issues.c.member_id == member) & ~_issues.c.empty
    row = db.session.execute(select(_issues).where(mine).order_by(_issues.c.week.desc()).limit(1)).one_or_none()
    return _edition(row) if row else None


def is_outdated(edition: Edition, now: datetime) -> bool:
    """Whether its reader has a later issue with something to say. One of a week that has not begun was written by a clock that
    ran ahead, and takes nobody's place."""
    here = _issues.c.week.between(after(edition.week), week_of(now.date()))
    later = _whose(edition.member_id, edition.channel_id) & here & ~_issues.c.empty
    return db.session.scalar(select(_issues.c.id).where(later).limit(1)) is not None


UNOPENED = select(_issues.c.id).where(
    _issues.c.member_id == ME,
    _issues.c.opened_at.is_(None),
    ~_issues.c.empty,
    or_(_issues.c.via == "web", _issues.c.via.is_(None)),
)


def list_unread(members: Sequence[int], now: datetime) -> list[Edition]:
    """The last issue of each of these members, where it stands on the web alone, or has not arrived for hours, and they have not
    opened it."""
    newer = _issues.alias("newer")
    later = select(newer.c.id).where(
        newer.c.member_id == _issues.c.member_id, newer.c.week > _issues.c.week, ~newer.c.empty
    )
    lost = _issues.c.via.is_(None) & (_issues.c.made_at < now - LATE)
    unread = or_(_issues.c.via == "web", lost) & _issues.c.opened_at.is_(None) & ~_issues.c.empty & ~later.exists()
    rows = db.session.execute(select(_issues).where(_issues.c.member_id.in_(members), unread))
    return [_edition(row) for row in rows]


def list_issues(*, member: int | None = None, channel: int | None = None, limit: int = 60) -> list[Edition]:
    """The issues of a member or channel that had something to say, the latest first."""
    rows = select(_issues).where(_whose(member, channel), ~_issues.c.empty).order_by(_issues.c.week.desc()).limit(limit)
    return [_edition(row) for row in db.session.execute(rows)]


def _whose(member: int | None, channel: int | None) -> ColumnElement[bool]:
    return _issues.c.member_id == member if member is not None else _issues.c.channel_id == channel


def _edition(row: AnyRow) -> Edition:
    needs = None if row.needs is None else needs_from_json(row.needs)
    return Edition(
        row.id, row.week, row.member_id, row.channel_id, from_json(row.content), needs, row.empty, row.made_at,
        row.via, row.said_at, row.opened_at,
    )  # fmt: skip
