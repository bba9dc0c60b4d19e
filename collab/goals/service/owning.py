"""The rows of those who answer for a goal: said yes, said no, named, removed. Called under the goal's lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.goals.models import Owner
from collab.goals.queries.sight import Held
from collab.goals.service import rhythm
from collab.kernel.db import run

_owners: Table = Owner.__table__  # type: ignore[assignment]


def change(ids: Iterable[int], values: Mapping[str, Any]) -> None:
    """Write columns of these owners."""
    run(update(_owners).where(_owners.c.id.in_(list(ids))).values(**values))


def name(goal: int, side: int, department: str, member: int, *, now: datetime) -> None:
    """Somebody answers for a side from now on, as soon as they accept."""
    new = {"goal_id": goal, "side": side, "department_code": department, "member_id": member, "named_at": now}
    run(insert(_owners), new)


def remove(held: Held, *, now: datetime) -> None:
    """Somebody answers for it no more, and is asked for nothing."""
    rhythm.drop([held.id], now=now)
    change([held.id], {"removed_at": now})
