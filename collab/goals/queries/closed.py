"""Goals that were closed in a time, for whoever looks back on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table

from collab.goals.models import Goal
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.sight import visible
from collab.kernel.actor import Actor
from collab.kernel.db import run

_goals: Table = Goal.__table__  # type: ignore[assignment]


def list_closed(viewer: Actor, since: datetime, until: datetime) -> list[GoalView]:
    """Goals the viewer may see that were closed between two moments, by key; visions are none. Three statements."""
    over = (_goals.c.closed_at >= since) & (_goals.c.closed_at < until) & (_goals.c.kind != "vision")
    return with_owners(run(ALL.where(visible(viewer), over).order_by(_goals.c.id)).all())
