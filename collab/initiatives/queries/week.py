"""What a week of initiatives says to many members at once: what is at risk, what was decided, what somebody owes. One statement each,
however many members and initiatives there are; every list has the few rows of most weight of each member, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    Table,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from collab.initiatives.models import PREFIX, Initiative, Lead, Milestone, Participant, Pilot, Vote
from collab.initiatives.rules.moves import CLOSED, HEALTHS, OPEN, SIDES
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.recordset import dialect
from collab.signatures.queries.week import valid_between, waiting_seats
from collab.subjects.readers import MEMBER, SEES_ALL, Given, Readers
from collab.subjects.top import muted, top, wanted

PILOT, STEP, LATE = 60, 40, 20
"""What each kind of risk weighs: a pilot about to end without both votes, each step its leads are apart, milestones that are late."""
CHARTER = "charter"
STARTED, BEGUN = "started", "pilot"
"""What was decided besides a paper that was signed, a verdict (`scale`, `stop`, `silence`) and an end (`closed`)."""
_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
_parts: Table = Participant.__table__  # type: ignore[assignment]
_pilots: Table = Pilot.__table__  # type: ignore[assignment]
_votes: Table = Vote.__table__  # type: ignore[assignment]
_milestones: Table = Milestone.__table__  # type: ignore[assignment]
_SINCE, _UNTIL = (bindparam(name, type_=Moment) for name in ("since", "until"))
_READ = ("me", "led", "followed", "muted", "eager")


def list_risks(readers: Readers, today: date, until: datetime) -> Sequence[AnyRow]:
    """Initiatives whose leads say different things of how they go, with milestones that are late, or with a pilot that ends before a
    moment without both votes: for those who lead them or take part, the leads of their departments, whoever follows them and whoever
    oversees everything."""
    values = {"today": today, "until": until, **readers.bound(*_READ, "overseers")}
    return run(_risks(dialect()), values).all()


def list_decided(readers: Readers, since: datetime, until: datetime) -> Sequence[AnyRow]:
    """What was decided of initiatives between two moments, for the same without overseers: `what` is `charter` (both signed it),
    `started`, `pilot` (one began), `scale`, `stop` or `silence` (how one ended), or `closed`; `at` when."""
    return run(_decided(dialect()), {"since": since, "until": until, **readers.bound(*_READ)}).all()


def list_owed(readers: Readers, until: datetime, until_on: date) -> Sequence[AnyRow]:
    """What members owe initiatives until a moment or a day: `what` is `sign` (a paper), `vote` (a pilot ends, at `due_at`) or
    `milestone` (on `due_on`, called `detail`); of each kind the first of each member."""
    return run(
        _owed(dialect()), {"until": until, "until_on": until_on, **readers.bound("me", "followed", "muted")}
    ).all()


@lru_cache
def _risks(kind: str) -> Select[Any]:
    given = Given(kind)
    pairs, (one, other) = _pairs(given, overseers=True), (_leads.alias(name) for name in ("one", "other"))
    late, pilot = _late().subquery("late"), _unvoted().subquery("pilot")
    apart = func.abs(_rank(one) - _rank(other))
    weight = (
        case((pilot.c.ends_at.is_not(None), PILOT), else_=0) + STEP * func.coalesce(apart, 0)
        + case((late.c.n.is_not(None), LATE), else_=0)
    )  # fmt: skip
    found = (
        select(
            pairs.c.member, _initiatives.c.id, _initiatives.c.title, one.c.member_id.label("one"), one.c.health.label("one_said"),
            other.c.member_id.label("other"), other.c.health.label("other_said"), func.coalesce(late.c.n, 0).label("late"),
            pilot.c.ends_at, weight.label("weight"),
        )
        .select_from(pairs)
        .join(_initiatives, (_initiatives.c.id == pairs.c.number) & _initiatives.c.state.in_(OPEN))
        .outerjoin(one, _slot(one, 1)).outerjoin(other, _slot(other, 2))
        .outerjoin(late, late.c.initiative_id == _initiatives.c.id).outerjoin(pilot, pilot.c.initiative_id == _initiatives.c.id)
        .where(pairs.c.told > 0, _seen(pairs), ~muted(given, pairs.c.member, _initiatives.c.id), weight > 0)
    )  # fmt: skip
    return top(found.subquery("risks"), "weight", "id", down=("weight",))


def _late() -> Select[Any]:
    """How many milestones of each initiative are late."""
    due = (_milestones.c.state == "open") & (_milestones.c.due_on < bindparam("today"))
    counted = select(_milestones.c.initiative_id, func.count().label("n"))
    return counted.where(due).group_by(_milestones.c.initiative_id)


def _unvoted() -> Select[Any]:
    """Pilots that end before `until` and for which not both sides have voted."""
    votes = select(func.count()).where(_votes.c.pilot_id == _pilots.c.id).correlate(_pilots).scalar_subquery()
    return select(_pilots.c.initiative_id, _pilots.c.ends_at).where(
        _pilots.c.ended_at.is_(None), _pilots.c.ends_at <= _UNTIL, votes < len(SIDES)
    )


@lru_cache
def _decided(kind: str) -> Select[Any]:
    given = Given(kind)
    pairs, news = _pairs(given, overseers=False), _news().subquery("news")
    found = (
        select(pairs.c.member, _initiatives.c.id, _initiatives.c.title, _initiatives.c.result, news.c.what, news.c.at)
        .select_from(pairs)
        .join(_initiatives, _initiatives.c.id == pairs.c.number)
        .join(news, news.c.number == _initiatives.c.id)
        .where(pairs.c.told > 0, _seen(pairs), ~muted(given, pairs.c.member, _initiatives.c.id))
    )
    return top(found.subquery("decided"), "at", "id", down=("at",))


def _news() -> Any:
    papers = valid_between(PREFIX).subquery("papers")
    moments = (
        (_initiatives.c.id, literal(STARTED), _initiatives.c.started_at, _initiatives.c.started_at),
        (_initiatives.c.id, literal("closed"), _initiatives.c.closed_at, _initiatives.c.closed_at),
        (_pilots.c.initiative_id, literal(BEGUN), _pilots.c.started_at, _pilots.c.started_at),
        (_pilots.c.initiative_id, _pilots.c.verdict, _pilots.c.ended_at, _pilots.c.ended_at),
    )
    signed = select(papers.c.number.label("number"), literal(CHARTER).label("what"), papers.c.valid_at.label("at"))
    rows = (
        select(number.label("number"), what.label("what"), at.label("at")).where(when >= _SINCE, when < _UNTIL)
        for number, what, at, when in moments
    )
    return union_all(signed.where(papers.c.paper == CHARTER), *rows)


@lru_cache
def _owed(kind: str) -> Select[Any]:
    given = Given(kind)
    me = given.me
    no_day, no_moment, no_words = (null().cast(type_) for type_ in (Date(), Moment(), String()))
    seats = waiting_seats(PREFIX).subquery("seats")
    voted = exists().where(_votes.c.pilot_id == _pilots.c.id, _votes.c.side == _leads.c.slot)
    owners = union_all(
        *(
            select(_milestones, owner.label("owner_id"))
            for owner in (_milestones.c.owner_1_id, _milestones.c.owner_2_id)
        )
    ).subquery("owners")
    every = union_all(
        select(seats.c.member_id.label("member"), seats.c.number.label("number"), literal("sign").label("what"),
               seats.c.paper.label("detail"), seats.c.due_at.label("due_at"), no_day.label("due_on"))
        .where(seats.c.due_at <= _UNTIL),
        select(_leads.c.member_id, _pilots.c.initiative_id, literal("vote"), no_words, _pilots.c.ends_at, no_day)
        .join(_leads, _leads.c.initiative_id == _pilots.c.initiative_id)
        .where(_pilots.c.ended_at.is_(None), _pilots.c.ends_at <= _UNTIL, _leads.c.removed_at.is_(None),
               _leads.c.slot.in_(SIDES), ~voted),
        select(owners.c.owner_id, owners.c.initiative_id, literal("milestone"), owners.c.title, no_moment, owners.c.due_on)
        .where(owners.c.state == "open", owners.c.due_on <= bindparam("until_on")),
    ).subquery("every")  # fmt: skip
    found = (
        select(
            me.c.member, _initiatives.c.id, _initiatives.c.title, every.c.what, every.c.detail, every.c.due_at, every.c.due_on,
            func.row_number().over(partition_by=(me.c.member, every.c.what), order_by=(every.c.due_at, every.c.due_on)).label("first"),
        )
        .select_from(me)
        .join(every, every.c.member == me.c.member)
        .join(_initiatives, _initiatives.c.id == every.c.number)
        .where(me.c.sees >= MEMBER, _initiatives.c.state != CLOSED, wanted(given, _initiatives.c.id))
    )  # fmt: skip
    return top(found.subquery("owed"), "first", "id", "what")


def _pairs(given: Given, *, overseers: bool) -> CTE:
    """Which member is told of which initiative and whether they stand `near` enough to see a narrowed one. No guest."""
    me, led, followed, eager = given.me, given.led, given.followed, given.eager
    held, part = _leads.c.removed_at.is_(None), _parts.c.removed_at.is_(None)
    ways = [
        _way(me, _leads.c.initiative_id).join(_leads, (_leads.c.member_id == me.c.member) & held),
        _way(led, _leads.c.initiative_id).join(_leads, (_leads.c.department_code == led.c.code) & held),
        _way(me, _parts.c.initiative_id).join(_parts, (_parts.c.member_id == me.c.member) & part),
        _far(followed.c.member, followed.c.number).select_from(followed),
        _far(eager.c.member, _initiatives.c.id).select_from(eager.join(_initiatives, literal(1) == 1)),
    ]
    if overseers:
        above = given.overseers
        ways.append(_far(above.c.member, _initiatives.c.id).select_from(above.join(_initiatives, literal(1) == 1)))
    every = union_all(*ways).subquery("ways")
    return (
        select(
            every.c.member, every.c.number, func.max(every.c.told).label("told"), func.max(every.c.near).label("near"),
            func.max(me.c.sees).label("sees"),
        )
        .join(me, me.c.member == every.c.member)
        .where(me.c.sees >= MEMBER)
        .group_by(every.c.member, every.c.number)
        .cte("pairs")
    )  # fmt: skip


def _way(who: FromClause, number: ColumnElement[int]) -> Select[Any]:
    return select(
        who.c.member.label("member"), number.label("number"), who.c.told.label("told"), literal(1).label("near")
    ).select_from(who)


def _far(member: Any, number: Any) -> Select[Any]:
    return select(member.label("member"), number.label("number"), literal(1).label("told"), literal(0).label("near"))


def _seen(pairs: FromClause) -> ColumnElement[bool]:
    """As `sight.visible`, for many members."""
    mine = _initiatives.c.created_by_id == pairs.c.member
    return or_(pairs.c.near > 0, pairs.c.sees >= SEES_ALL, _initiatives.c.visibility == "company", mine)


def _slot(lead: FromClause, slot: int) -> ColumnElement[bool]:
    return (lead.c.initiative_id == _initiatives.c.id) & (lead.c.slot == slot) & lead.c.removed_at.is_(None)


def _rank(lead: FromClause) -> ColumnElement[int]:
    """How badly it goes, from 0; null as long as nothing was said."""
    return case(*((lead.c.health == name, rank) for rank, name in enumerate(HEALTHS)), else_=None)
