"""Whom requests concern, and what shared channels may say of them: never an amount, never anybody's reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select

from collab.approvals.queries import seats_open
from collab.goals import queries as goals
from collab.goals.queries.concerning import departments as departments_of_goals
from collab.kernel.db import db
from collab.kernel.keys import key_of, number_of
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.rules import RETURNED
from collab.subjects.registry import Waiting, verbs_told

_purchases: Table = Purchase.__table__  # type: ignore[assignment]
news = verbs_told(
    "purchase.channel", "submit", "approve", "lift", "review", "own_authority", "auto_approve", "decide", "return", "reject",
    "withdraw", "drop", "hold", "release", "revoke", "purchase",
)  # fmt: skip
"""What is worth saying of an entry: the steps of a request to its end."""


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The department each is filed for, and those that answer for the goal it serves."""
    columns = (_purchases.c.id, _purchases.c.department_code, _purchases.c.goal_id)
    rows = db.session.execute(select(*columns).where(_purchases.c.id.in_(_numbers(keys)))).all()
    served = {row.goal_id for row in rows} - {None}
    of_goals = departments_of_goals([key_of(goals.PREFIX, goal) for goal in served]) if served else {}
    return {key_of(PREFIX, row.id): frozenset({row.department_code}) | _serving(row.goal_id, of_goals) for row in rows}


def awaited(keys: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
    """Who is asked now; of a request that was sent back, whoever filed it."""
    found = {
        key: [Waiting(seat.member_id, seat.opened_at) for seat in seats] for key, seats in seats_open(keys).items()
    }
    columns = (_purchases.c.id, _purchases.c.requester_id, _purchases.c.ended_at, _purchases.c.created_at)
    back = select(*columns).where(_purchases.c.id.in_(_numbers(keys)), _purchases.c.state == RETURNED)
    for row in db.session.execute(back):
        found[key_of(PREFIX, row.id)] = [Waiting(row.requester_id, row.ended_at or row.created_at)]
    return found


def _serving(goal: int | None, of_goals: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return of_goals.get(key_of(goals.PREFIX, goal), frozenset()) if goal is not None else frozenset()


def _numbers(keys: Sequence[str]) -> list[int]:
    return [number_of(PREFIX, key) for key in keys]
