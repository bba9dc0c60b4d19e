"""What a week of requests says to many members at once: what was decided, and what is still to be ordered. One statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from collab.approvals.queries.week import beside_in, deciders_of, seated_in
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.keys import number_of
from collab.kernel.recordset import dialect
from collab.purchases.models import PREFIX, Purchase, Share
from collab.purchases.rules import APPROVED, PURCHASED, REJECTED, REVOKED
from collab.subjects.readers import MEMBER, SEES_ALL, Given, Readers
from collab.subjects.top import muted, top, wanted

FILED, SEATED, LED, FOLLOWED, BESIDE = range(5)
"""Why a decision is told, the nearest first; whoever only stands beside it is not told of it."""
_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_shares: Table = Share.__table__  # type: ignore[assignment]
_TITLES = select(_purchases.c.id, _purchases.c.title).where(
    _purchases.c.id.in_(bindparam("numbers", expanding=True))
)  # fmt: skip


def list_decided(readers: Readers, since: datetime, until: datetime) -> Sequence[AnyRow]:
    """Requests decided between two moments, for those who filed them, sat on them, lead their department or follow them: `one`
    and `other` of `deciders` decided; `open` says whether this reader may see the amount. Not what somebody decided alone."""
    values = {"since": since, "until": until, **readers.bound("me", "led", "followed", "muted", "eager")}
    return run(_decided(dialect()), values).all()


def list_to_order(readers: Readers, until_on: date) -> Sequence[AnyRow]:
    """Decided requests that their requester has not ordered yet and needs by a day."""
    return run(_to_order(dialect()), {"until_on": until_on, **readers.bound("me", "followed", "muted")}).all()


def titles_of(keys: Iterable[str]) -> dict[str, str]:
    """The titles of requests somebody may see anyway."""
    numbers = {number_of(PREFIX, key): key for key in keys}
    return {numbers[row.id]: row.title for row in run(_TITLES, {"numbers": list(numbers)})} if numbers else {}


@lru_cache
def _decided(kind: str) -> Select[Any]:
    given = Given(kind)
    papers = (
        select(_purchases, (literal(f"{PREFIX}-") + cast(_purchases.c.id, String)).label("key"))
        .where(_purchases.c.state.in_((APPROVED, PURCHASED, REJECTED, REVOKED)))
        .where(_purchases.c.ended_at >= bindparam("since", type_=Moment), _purchases.c.ended_at < bindparam("until", type_=Moment))
        .cte("papers")
    )  # fmt: skip
    pairs, by = _pairs(given, papers), deciders_of(papers).subquery("by")
    entitled = or_(pairs.c.near == 1, pairs.c.office == 1, pairs.c.sees == SEES_ALL)
    company = (pairs.c.sees == MEMBER) & (papers.c.visibility == "company")
    alone = (func.coalesce(by.c.one, papers.c.requester_id) == pairs.c.member) & (func.coalesce(by.c.count, 1) == 1)
    found = (
        select(
            pairs.c.member, papers.c.id, papers.c.title, papers.c.state, papers.c.ended_at, papers.c.total_minor,
            papers.c.currency, pairs.c.why, case((entitled, 1), else_=0).label("open"),
            by.c.one, by.c.other, func.coalesce(by.c.count, 0).label("deciders"),
        )
        .select_from(pairs)
        .join(papers, papers.c.id == pairs.c.paper)
        .outerjoin(by, by.c.paper == papers.c.id)
        .where(pairs.c.why < BESIDE, or_(entitled, company), ~alone, ~muted(given, pairs.c.member, papers.c.id))
    )  # fmt: skip
    return top(found.subquery("decided"), "why", "ended_at", "id", down=("ended_at",))


def _pairs(given: Given, papers: CTE) -> CTE:
    """Which member is told of which paper and `why`, and whether they stand `near` enough to see all of it."""
    me, led, followed = given.me, given.led, given.followed
    seated, beside = seated_in(papers).subquery("seated"), beside_in(papers).subquery("beside")
    owner = (
        (papers.c.business_owner_id == me.c.member) & (me.c.sees == MEMBER) & papers.c.state.in_((APPROVED, PURCHASED))
    )
    ways = [
        *(_way(me, papers.c.id, FILED).join(papers, column == me.c.member) for column in (papers.c.requester_id, papers.c.on_behalf_of_id)),
        _way(me, seated.c.paper, SEATED).join(seated, seated.c.member == me.c.member),
        _way(led, papers.c.id, LED).join(papers, papers.c.department_code == led.c.code),
        _way(me, beside.c.paper, BESIDE).join(beside, beside.c.member == me.c.member),
        _way(me, _shares.c.purchase_id, BESIDE)
        .join(_shares, _shares.c.member_id == me.c.member).join(papers, papers.c.id == _shares.c.purchase_id),
        _way(me, papers.c.id, BESIDE).join(papers, owner),
        select(followed.c.member, followed.c.number, literal(FOLLOWED), literal(0)),
        select(given.eager.c.member, papers.c.id, literal(FOLLOWED), literal(0)).select_from(given.eager.join(papers, literal(1) == 1)),
    ]  # fmt: skip
    every = union_all(*ways).subquery("ways")
    return (
        select(
            every.c.member, every.c.paper, func.min(every.c.why).label("why"), func.max(every.c.near).label("near"),
            func.max(me.c.sees).label("sees"), func.max(me.c.office).label("office"),
        )
        .join(me, me.c.member == every.c.member)
        .group_by(every.c.member, every.c.paper)
        .cte("pairs")
    )  # fmt: skip


def _way(who: FromClause, paper: ColumnElement[int], why: int) -> Select[Any]:
    """Who muted the kind is told of nothing by how they stand."""
    told = case((who.c.told == 1, why), else_=BESIDE)
    return select(who.c.member.label("member"), paper.label("paper"), told.label("why"), literal(1).label("near"))


@lru_cache
def _to_order(kind: str) -> Select[Any]:
    given = Given(kind)
    me = given.me
    found = (
        select(me.c.member, _purchases.c.id, _purchases.c.title, _purchases.c.needed_by_on)
        .select_from(me)
        .join(_purchases, (_purchases.c.requester_id == me.c.member) & (_purchases.c.state == APPROVED))
        .where(_purchases.c.needed_by_on <= bindparam("until_on"), wanted(given, _purchases.c.id))
    )
    return top(found.subquery("to_order"), "needed_by_on", "id")
