"""Issues by the page."""

from __future__ import annotations

from sqlalchemy import Table, func, select

from collab.digests.models import Issue
from collab.digests.queries.issues import Edition, list_issues
from collab.kernel.db import db

_issues: Table = Issue.__table__  # type: ignore[assignment]
MOST = 520
"""Ten years of weeks."""


def count_issues(member: int) -> int:
    """How many issues of a member had something to say."""
    mine = (_issues.c.member_id == member) & ~_issues.c.empty
    return db.session.scalar(select(func.count()).where(mine)) or 0


def page_of(member: int, *, offset: int, limit: int) -> list[Edition]:
    """Some of a member's issues that had something to say, the latest first."""
    return list_issues(member=member, limit=min(offset + limit, MOST))[offset:]
