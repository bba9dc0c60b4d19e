"""What is asked of owners: to accept, to see to a side nobody answers for any more; and what a goal still needs to be active."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, exists, func, or_, select

from collab.goals.models import Goal, Owner, Parent
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.owning import Answering, answering
from collab.goals.rules.moves import MOVES, OPEN
from collab.goals.rules.readiness import Facts, missing
from collab.goals.rules.shape import paired
from collab.goals.rules.tree import CONTRIBUTE
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import ME, only_where

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_parents: Table = Parent.__table__  # type: ignore[assignment]


def missing_of(goal: GoalView) -> tuple[str, ...]:
    """What the goal still needs before it may be active (codes, see `rules.readiness`)."""
    metrics = metrics_of([goal.id]).get(goal.id, ())
    main = next(iter(metrics), None)
    children = select(func.count()).where(_parents.c.parent_id == goal.id, _parents.c.kind == CONTRIBUTE)
    counted = db.session.scalar(children) or 0 if goal.progress_from == "children" else 0
    return missing(
        Facts(
            goal.kind, tuple(held.accepted for held in goal.owners), goal.starts_on, goal.due_on, goal.progress_from,
            main.course if main else None, main.baseline_on if main else None, counted,
            paired((one.role, one.unit) for one in metrics) is None,
        )
    )  # fmt: skip


def mark_of(goal: GoalView, metrics: Iterable[MetricView] | None = None) -> str:
    """A short mark of what an owner is asked to accept: it changes when what they would say yes to does, and not when the
    other side says yes."""
    metrics = metrics_of([goal.id]).get(goal.id, ()) if metrics is None else metrics
    asked: list[Any] = [goal.kind, goal.title, goal.outcome, goal.starts_on, goal.due_on, goal.progress_from]
    asked += [(held.side, held.department, held.member) for held in goal.owners]
    asked += [(one.name, one.unit, one.baseline_on, *map(str, vars(one.course).values())) for one in metrics]
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:10]


_UNANSWERED = _owners.alias("unanswered")
_WAITS = exists().where(
    _UNANSWERED.c.goal_id == _goals.c.id, _UNANSWERED.c.removed_at.is_(None), _UNANSWERED.c.accepted_at.is_(None)
)
_MINE = exists().where(_owners.c.goal_id == _goals.c.id, _owners.c.removed_at.is_(None), _owners.c.member_id == ME)
_NEAR_ME = select(_goals.c.id).where(_goals.c.state.in_(OPEN), or_(_MINE, _goals.c.created_by_id == ME), _WAITS)


@only_where(_NEAR_ME)
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Goals these members are asked to answer for, and sides whose owner left and that they may name somebody for."""
    ids = {member.id for member in members}
    found = with_owners(db.session.execute(_around(ids)).all())
    if not found:
        return {}
    held = answering([goal.id for goal in found])
    others = {one.member for owners in held.values() for one in owners} | {
        goal.creator for goal in found if goal.creator
    }
    names = people.names_of(others)
    return by_member(
        (member, row)
        for goal in found
        for member in ids & {goal.creator, *(one.member for one in goal.owners)}
        for row in _rows(goal, held.get(goal.id, ()), member, names)
    )


def _around(members: Collection[int]) -> Any:
    """Open goals where somebody has not said yes, and that are one of these members' to care for."""
    waits = select(_owners.c.goal_id).where(_owners.c.removed_at.is_(None), _owners.c.accepted_at.is_(None))
    mine = select(_owners.c.goal_id).where(_owners.c.removed_at.is_(None), _owners.c.member_id.in_(members))
    near = or_(_goals.c.id.in_(mine), _goals.c.created_by_id.in_(members))
    return ALL.where(and_(_goals.c.id.in_(waits), near, _goals.c.state.in_(OPEN))).order_by(_goals.c.id)


def _rows(
    goal: GoalView, owners: Sequence[Answering], member: int, names: Mapping[int, people.Named]
) -> Iterable[InboxRow]:
    by = next((one.member for one in owners if one.member != member), goal.creator or 0)
    for one in owners:
        if one.member == member and one.state == "asked" and goal.state in MOVES["accept"].states:
            yield _row(goal, "goal.ask.accept", one.named_at, names.get(by), ("accept", "decline"))
        elif one.member != member and one.state in ("gone", "declined"):
            since = one.declined_at or one.named_at
            yield _row(goal, f"goal.ask.{one.state}", since, names.get(one.member), ("name_owners",))


def _row(goal: GoalView, ask: str, since: datetime, by: people.Named | None, actions: tuple[str, ...]) -> InboxRow:
    return InboxRow(
        key=goal.key, ask=Text(ask), title=goal.title, path=f"/goals/{goal.key}", since=since,
        by_en=by.name_en if by else "", by_ja=by.name_ja if by else "", actions=actions,
    )  # fmt: skip
