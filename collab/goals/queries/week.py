"""What a week of goals says to many members at once: what is at risk, what moved, what falls due. One statement each, however
many members and goals there are; every list has the few rows of most weight of each member, and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from collab.goals.models import Contributor, Goal, Owner, Week
from collab.goals.queries.habits import habits
from collab.goals.queries.weeks import is_kept, rows_of, week_before
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.recordset import dialect, records, recordset
from collab.subjects.readers import GUEST, MEMBER, SEES_ALL, Given, Readers
from collab.subjects.top import muted, top, wanted

LEAST_MOVE = 1.0
"""Points of progress below which nothing moved."""
CHANGED = 25
"""What a change of status weighs beside points of progress."""
BROKEN, OFF, DARK, AT_RISK = 100, 40, 30, 20
"""What each kind of risk weighs; two owners who differ weigh as many points as they differ."""
_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_contributors: Table = Contributor.__table__  # type: ignore[assignment]
_weeks: Table = Week.__table__  # type: ignore[assignment]
_NOW = bindparam("now", type_=Moment)
_READ = ("me", "led", "followed", "muted")


def list_risks(readers: Readers, week: str, now: datetime) -> Sequence[AnyRow]:
    """Running goals of two sides that are at risk, dark, or seen too differently, and promises that are broken.

    Both owners, the leads of their departments, whoever follows them and whoever oversees everything read the same.
    """
    values = {"now": now, "apart": habits().divergence, **readers.bound(*_READ, "eager", "overseers")}
    return _run(_risks, week, now, values)


def list_moved(readers: Readers, week: str, now: datetime) -> Sequence[AnyRow]:
    """Goals whose progress or status is another than at the end of the week before, for those who answer for them or help, the
    leads of their departments and whoever follows them; not what somebody moved alone."""
    return _run(_moved, week, now, {"before": week_before(week), **readers.bound(*_READ, "eager")})


def list_due(readers: Readers, until_on: date) -> Sequence[AnyRow]:
    """Running goals somebody answers for that are due by a day, or should be done already."""
    return run(_due(dialect()), {"until_on": until_on, **readers.bound("me", "followed", "muted")}).all()


def list_checkins_due(readers: Readers, until: datetime) -> Sequence[AnyRow]:
    """By member: how many open check-ins are to come by a moment, the first of them, and its goal."""
    return run(_checkins_due(dialect()), {"until": until, **readers.bound("me", "followed", "muted")}).all()


def _run(statement: Any, week: str, now: datetime, values: dict[str, Any]) -> Sequence[AnyRow]:
    kind = dialect()
    if is_kept(week):
        return run(statement(kind, kept=True), {**values, "week": week}).all()
    near = run(_near(kind), {name: values.get(name, "[]") for name in (*_READ[:3], "eager", "overseers")})
    fresh = [
        {
            "goal_id": row["goal_id"], "progress": None if row["progress"] is None else str(row["progress"]),
            "status": row["status"], "broken": int(row["broken"]), "by_id": row["by_id"],
        }
        for row in rows_of([row.goal_id for row in near], week, now)
    ]  # fmt: skip
    return run(statement(kind, kept=False), {**values, "fresh": records(fresh)}).all()


@lru_cache
def _near(kind: str) -> Select[Any]:
    return select(_pairs(Given(kind), overseers=True).c.goal_id).distinct()


@lru_cache
def _risks(kind: str, *, kept: bool) -> Select[Any]:
    given = Given(kind)
    pairs, (week, known) = _pairs(given, helpers=0, overseers=True, least=MEMBER), _week(kind, kept=kept)
    one, other = (_owners.alias(name) for name in ("one", "other"))
    points = func.abs(one.c.confidence - other.c.confidence)
    apart, dark = points >= bindparam("apart"), or_(one.c.due_at < _NOW, other.c.due_at < _NOW)
    broken = (week.c.broken == (true() if kept else literal(1))) & (_goals.c.kind == "promise")
    weight = (
        case((broken, BROKEN), else_=0) + case((dark, DARK), else_=0) + case((apart, points), else_=0)
        + case((week.c.status == "off_track", OFF), (week.c.status == "at_risk", AT_RISK), else_=0)
    )  # fmt: skip
    found = (
        select(
            pairs.c.member, _goals.c.id, _goals.c.title, _goals.c.kind, week.c.status, weight.label("weight"),
            case((broken, 1), else_=0).label("broken"), case((dark, 1), else_=0).label("dark"),
            case((apart, 1), else_=0).label("apart"),
            one.c.member_id.label("one"), one.c.confidence.label("one_said"),
            other.c.member_id.label("other"), other.c.confidence.label("other_said"),
        )
        .select_from(pairs)
        .join(_goals, (_goals.c.id == pairs.c.goal_id) & (_goals.c.state == "active"))
        .outerjoin(week, (week.c.goal_id == _goals.c.id) & known)
        .outerjoin(one, _side(one, 1)).outerjoin(other, _side(other, 2))
        .where(pairs.c.told > 0, _seen(pairs), ~muted(given, pairs.c.member, _goals.c.id))
        .where(or_(broken, one.c.id.is_not(None) & other.c.id.is_not(None) & (weight > 0)))
    )  # fmt: skip
    return top(found.subquery("risks"), "weight", "id", down=("weight",))


@lru_cache
def _moved(kind: str, *, kept: bool) -> Select[Any]:
    given = Given(kind)
    pairs, (week, known) = _pairs(given, helpers=1), _week(kind, kept=kept)
    before = _weeks.alias("earlier")
    was, now = (cast(each.c.progress, Float) for each in (before, week))
    delta = func.coalesce(now, 0.0) - func.coalesce(was, 0.0)
    changed = week.c.status != before.c.status
    moves = func.abs(delta) >= LEAST_MOVE
    found = (
        select(
            pairs.c.member,
            _goals.c.id,
            _goals.c.title,
            before.c.progress.label("was"),
            week.c.progress.label("now"),
            before.c.status.label("was_status"),
            week.c.status.label("now_status"),
            (func.abs(delta) + case((changed, CHANGED), else_=0)).label("weight"),
        )
        .select_from(pairs)
        .join(_goals, (_goals.c.id == pairs.c.goal_id) & (_goals.c.state == "active"))
        .join(week, (week.c.goal_id == _goals.c.id) & known)
        .join(before, (before.c.goal_id == _goals.c.id) & (before.c.week == bindparam("before")))
        .where(pairs.c.told > 0, _seen(pairs), ~muted(given, pairs.c.member, _goals.c.id), or_(moves, changed))
        .where(or_(week.c.by_id.is_(None), week.c.by_id != pairs.c.member))
    )
    return top(found.subquery("moved"), "weight", "id", down=("weight",))


@lru_cache
def _due(kind: str) -> Select[Any]:
    given = Given(kind)
    found = (
        select(given.me.c.member, _goals.c.id, _goals.c.title, _goals.c.due_on)
        .select_from(given.me)
        .join(_owners, (_owners.c.member_id == given.me.c.member) & _owners.c.removed_at.is_(None))
        .join(_goals, (_goals.c.id == _owners.c.goal_id) & (_goals.c.state == "active"))
        .where(given.me.c.sees >= MEMBER, _goals.c.due_on <= bindparam("until_on"), wanted(given, _goals.c.id))
    )
    return top(found.subquery("due"), "due_on", "id")


@lru_cache
def _checkins_due(kind: str) -> Select[Any]:
    given = Given(kind)
    me = given.me
    found = (
        select(me.c.member, _goals.c.id, _goals.c.title, _owners.c.due_at)
        .select_from(me)
        .join(_owners, (_owners.c.member_id == me.c.member) & _owners.c.removed_at.is_(None))
        .join(_goals, (_goals.c.id == _owners.c.goal_id) & (_goals.c.state == "active"))
        .where(me.c.sees >= MEMBER, _owners.c.due_at <= bindparam("until", type_=Moment), wanted(given, _goals.c.id))
    )
    return top(found.subquery("checkins"), "due_at", "id", most=1)


def _week(kind: str, *, kept: bool) -> tuple[FromClause, ColumnElement[bool]]:
    """How goals stand at the end of the week: as it was kept, else as it was handed over; and which rows of it count."""
    if kept:
        week = _weeks.alias("week")
        return week, week.c.week == bindparam("week")
    return recordset("fresh", kind, goal_id=int, progress=str, status=str, broken=int, by_id=int), true()


def _side(owners: FromClause, side: int) -> ColumnElement[bool]:
    return and_(owners.c.goal_id == _goals.c.id, owners.c.side == side, owners.c.removed_at.is_(None))


def _pairs(given: Given, *, helpers: int = 1, overseers: bool = False, least: int = GUEST) -> CTE:
    """Which member (who sees so far at `least`) has to do with which goal: `told` of it by that, and `near` enough to see it
    while it is narrowed."""
    me, held = given.me, _owners.c.removed_at.is_(None)
    ways = [
        select(me.c.member, _owners.c.goal_id, me.c.told, literal(1).label("near"))
        .join(_owners, (_owners.c.member_id == me.c.member) & held).where(me.c.sees >= MEMBER),
        select(given.led.c.member, _owners.c.goal_id, given.led.c.told, literal(1))
        .join(_owners, (_owners.c.department_code == given.led.c.code) & held),
        select(me.c.member, _contributors.c.goal_id, me.c.told * helpers, literal(1))
        .join(_contributors, (_contributors.c.member_id == me.c.member) & _contributors.c.removed_at.is_(None)),
        select(given.followed.c.member, given.followed.c.number, literal(1), literal(0)),
        *(
            select(every.c.member, _goals.c.id, literal(1), literal(0)).select_from(every.join(_goals, _goals.c.state == "active"))
            for every in (given.eager, *([given.overseers] if overseers else []))
        ),
    ]  # fmt: skip
    every = union_all(*ways).subquery("ways")
    return (
        select(
            every.c.member, every.c.goal_id, func.max(every.c.told).label("told"), func.max(every.c.near).label("near"),
            func.max(me.c.sees).label("sees"),
        )
        .join(me, (me.c.member == every.c.member) & (me.c.sees >= least))
        .group_by(every.c.member, every.c.goal_id)
        .cte("pairs")
    )  # fmt: skip


def _seen(pairs: FromClause) -> ColumnElement[bool]:
    """As `sight.visible`, for many members."""
    company = or_(_goals.c.visibility == "company", _goals.c.created_by_id == pairs.c.member)
    return or_(pairs.c.near > 0, pairs.c.sees >= SEES_ALL, (pairs.c.sees >= MEMBER) & company)
