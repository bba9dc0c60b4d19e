"""What a week of tasks between departments says to many members at once. One statement each, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.recordset import dialect
from collab.subjects.readers import MEMBER, SEES_ALL, Given, Readers
from collab.subjects.top import muted, top, wanted
from collab.tasks.queries.lists import PERSONS
from collab.tasks.queries.rows import others, tasks
from collab.tasks.rules.moves import ACCEPTED, BLOCKED, CONFIRMED, COUNTERED, DECLINED, DONE, OPEN, SEVERITIES, STARTED

LATE, MINE = "late", "mine"
"""What a row says besides what was answered: the other side is late, or the member is."""
_NOW = bindparam("now", type_=Moment)
_SINCE, _UNTIL = (bindparam(name, type_=Moment) for name in ("since", "until"))
_STANDS = ("id", "asker_id", "confirmer_id", "responsible_id", "waiting_id", "from_department", "to_department")
_ANSWERS = ("accept", "counter", "decline", "done", "confirm")


def list_between(readers: Readers, since: datetime, until: datetime, now: datetime) -> Sequence[AnyRow]:
    """Tasks between departments that are late, or that the other side answered between two moments: of those somebody or a
    department they lead asked, those somebody must do or leads the department of, and those they follow; the urgent and the
    longest late first. `what` is `late`, `mine`, or the answer's verb; `at` since when, or when."""
    values = {
        "since": since,
        "until": until,
        "now": now,
        **readers.bound("me", "led", "posts", "followed", "muted", "eager"),
    }
    return run(_between(dialect()), values).all()


def list_promised(readers: Readers, until: datetime, now: datetime) -> Sequence[AnyRow]:
    """What somebody must do until a moment; what is late already only where it stands nowhere else, within one department."""
    return run(_promised(dialect()), {"until": until, "now": now, **readers.bound("me", "followed", "muted")}).all()


@lru_cache
def _between(kind: str) -> Select[Any]:
    given = Given(kind)
    pairs = _pairs(given)
    news = _news(pairs)
    late = _late()
    theirs = pairs.c.asking + pairs.c.following > 0
    found = (
        select(
            pairs.c.member, tasks.c.id, tasks.c.title, tasks.c.promised_at,
            case(*((when, name) for when, name, _at in news), else_=None).label("what"),
            case(*((when, at) for when, _name, at in news), else_=None).label("at"),
            case((late, 0), else_=1).label("answered"), _calm().label("calm"),
            case((late, tasks.c.waiting_id), (theirs, tasks.c.responsible_id), else_=tasks.c.confirmer_id).label("who"),
            case((late, tasks.c.waiting_department), (theirs, tasks.c.to_department), else_=tasks.c.from_department)
            .label("department"),
        )
        .select_from(pairs)
        .join(tasks, tasks.c.id == pairs.c.task_id)
        .where(tasks.c.cross_silo, _lively(late), pairs.c.told > 0, _seen(given, pairs))
        .where(~muted(given, pairs.c.member, tasks.c.id))
    ).subquery("every")  # fmt: skip
    said = select(found).where(found.c.what.is_not(None)).subquery("between")
    return top(said, "answered", "calm", "at", "id")


def _news(pairs: FromClause) -> Sequence[tuple[ColumnElement[bool], str, ColumnElement[Any]]]:
    """What can be said of a task to a member: when, in which word, and as of when; the first that holds is said."""
    late, me = _late(), pairs.c.member
    not_mine = or_(func.coalesce(tasks.c.moved_by_id, 0) != me, tasks.c.moved_verb.not_in(_ANSWERS))
    hears = (pairs.c.asking + pairs.c.following > 0) & not_mine
    countered = (tasks.c.state == COUNTERED) & (tasks.c.moved_verb == "counter")
    return (
        (late & (tasks.c.waiting_id == me), MINE, tasks.c.due_at),
        (late, LATE, tasks.c.due_at),
        (hears & countered & _within(tasks.c.moved_at), "counter", tasks.c.moved_at),
        (hears & (tasks.c.state == DECLINED) & _within(tasks.c.ended_at), "decline", tasks.c.ended_at),
        (hears & tasks.c.state.in_((ACCEPTED, STARTED, BLOCKED)) & _within(tasks.c.accepted_at), "accept", tasks.c.accepted_at),
        (hears & (tasks.c.state == DONE) & _within(tasks.c.done_at), "done", tasks.c.done_at),
        ((pairs.c.asked + pairs.c.following > 0) & not_mine & (tasks.c.state == CONFIRMED) & _within(tasks.c.ended_at), "confirm",
         tasks.c.ended_at),
    )  # fmt: skip


def _lively(late: ColumnElement[bool]) -> ColumnElement[bool]:
    """What can say anything at all; the rest is not looked at."""
    return or_(late, *(_within(tasks.c[name]) for name in ("moved_at", "accepted_at", "done_at", "ended_at")))


def _late() -> ColumnElement[bool]:
    return tasks.c.state.in_(OPEN) & (tasks.c.due_at < _NOW) & _awake()


def _awake() -> ColumnElement[bool]:
    return or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= _NOW)


def _within(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(moment >= _SINCE, moment < _UNTIL)


def _calm() -> ColumnElement[int]:
    """How little a severity presses: 0 is a brand incident."""
    return case(
        *((tasks.c.severity == name, rank) for rank, name in enumerate(reversed(SEVERITIES))), else_=len(SEVERITIES)
    )


@lru_cache
def _promised(kind: str) -> Select[Any]:
    given = Given(kind)
    me = given.me
    found = (
        select(me.c.member, tasks.c.id, tasks.c.title, tasks.c.due_at)
        .select_from(me)
        .join(tasks, (tasks.c.waiting_id == me.c.member) & (tasks.c.due_at <= _UNTIL))
        .where(
            tasks.c.state.in_(OPEN),
            _awake(),
            or_(~tasks.c.cross_silo, tasks.c.due_at >= _NOW),
            wanted(given, tasks.c.id),
        )
    )
    return top(found.subquery("promised"), "due_at", "id")


def _pairs(given: Given) -> CTE:
    """Which member stands on which sides of which task, whether they are told of it, and whether that alone lets them see it."""
    me, led, followed, eager = given.me, given.led, given.followed, given.eager
    lively = select(*(tasks.c[name] for name in _STANDS)).where(tasks.c.cross_silo, _lively(_late())).cte("lively")
    people = (
        (lively.c.asker_id, 1),
        (lively.c.confirmer_id, 1),
        (lively.c.responsible_id, 0),
        (lively.c.waiting_id, 0),
    )
    departments = ((lively.c.from_department, 1), (lively.c.to_department, 0))
    ways = [
        *(_way(me.c.member, lively.c.id, me.c.told, side, 1).join(lively, column == me.c.member) for column, side in people),
        *(_way(led.c.member, lively.c.id, led.c.told, side, 1).join(lively, column == led.c.code) for column, side in departments),
        _way(followed.c.member, followed.c.number, literal(1), None, 0),
        _way(eager.c.member, lively.c.id, literal(1), None, 0).select_from(eager.join(lively, literal(1) == 1)),
    ]  # fmt: skip
    every = union_all(*ways).subquery("ways")
    flags = [func.max(every.c[name]).label(name) for name in ("asking", "asked", "following", "told", "near")]
    return (
        select(every.c.member, every.c.task_id, func.max(me.c.sees).label("sees"), *flags)
        .join(me, me.c.member == every.c.member)
        .group_by(every.c.member, every.c.task_id)
        .cte("pairs")
    )


def _way(member: Any, task: Any, told: Any, asking: int | None, near: int) -> Select[Any]:
    """`asking` None: as somebody who follows it."""
    flags = {"asking": asking == 1, "asked": asking == 0, "following": asking is None}
    return select(
        member.label("member"), task.label("task_id"), told.label("told"), literal(near).label("near"),
        *(literal(int(holds)).label(name) for name, holds in flags.items()),
    )  # fmt: skip


def _seen(given: Given, pairs: FromClause) -> ColumnElement[bool]:
    """As the permit row of task.show, for many members."""
    member, posts = pairs.c.member, given.posts
    roles = or_(*(tasks.c[role] == member for role in PERSONS))
    involved = exists().where(others.c.task_id == tasks.c.id, others.c.member_id == member)
    received = exists().where(posts.c.member == member, posts.c.code == tasks.c.to_department)
    company = (pairs.c.sees >= MEMBER) & (tasks.c.visibility == "company")
    return or_(pairs.c.near > 0, pairs.c.sees >= SEES_ALL, company, roles, involved, received)
