"""What goals do by themselves: begin on their first day, have their owners asked, and are written down week by week."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Table, select

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.habits import today
from collab.goals.service import living
from collab.goals.service.asking import ask_due
from collab.goals.service.keeping import keep_week
from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.keys import key_of

_goals: Table = Goal.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> int:
    """Have check-ins asked for that are due, once an hour begin goals whose first day has come, and once a week keep how all
    of them stand; returns how many were asked."""
    with atomic():
        first = periods.claim("goals.activate", now.astimezone(UTC).strftime("%Y-%m-%dT%H"), now=now)
    if first:
        activate_due(now)
    keep_week(now=now)
    return ask_due(now=now)


def activate_due(now: datetime) -> int:
    """Activate every accepted goal that is complete and whose first day has come, each in a transaction of its own; returns
    how many. One that was changed meanwhile, or is not complete, is left to its owners. Safe to run twice at once."""
    waiting = (_goals.c.state == "accepted") & (_goals.c.starts_on <= today(now))
    keys = [key_of(PREFIX, row.id) for row in run(select(_goals.c.id).where(waiting).order_by(_goals.c.id))]
    return sum(_activate(key, now) for key in keys)


def _activate(key: str, now: datetime) -> bool:
    try:
        return living.begin_by_itself(key, now=now)
    except (NotNow, NotFound):
        return False
