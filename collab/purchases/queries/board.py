"""Requests as they are counted: those whose course and amounts a viewer may read, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import FromClause, String, Table, exists, func, literal, or_, select, text

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db, run
from collab.kernel.keys import key_of
from collab.kernel.money import Money
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.sight import open_to
from collab.purchases.rules import APPROVED, PENDING, PURCHASED, RETURNED, REVOKED

COUNTED, TAKEN = (PENDING, APPROVED, PURCHASED), (APPROVED, PURCHASED)
"""What takes money, or may; and what has been decided."""
_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_PENDING = _purchases.c.state == text("'pending'")  # as the index says it
_later: Table = Purchase.__table__.alias("later")  # type: ignore[assignment]


@dataclass(frozen=True)
class Spent:
    """A request with its total over its whole term. `ended_at` is when it was decided; `late` that it was filed after the fact;
    `runs_out_on` the last day of its term, of what was ordered for a term."""

    key: str
    title: str
    department: str
    category: str
    state: str
    total: Money
    ended_at: datetime | None
    after_the_fact: bool
    billing: str
    term_months: int | None
    purchased_on: date | None


def count_pending_in(department: str) -> int:
    """How many requests of a department are being decided or were sent back; whoever may see them."""
    here = (_purchases.c.department_code == department) & _purchases.c.state.in_((PENDING, RETURNED))
    return db.session.scalar(select(func.count()).select_from(_purchases).where(here)) or 0


def open_papers(viewer: Actor, departments: Sequence[str] | None = None, *, pending: bool = False) -> FromClause:
    """The submitted requests whose course and amount the viewer may read, as rows with a `key`, for use inside another statement;
    `departments` narrows them, and `pending` to those being decided: these few are found without reading all there ever were."""
    key = (literal(f"{PREFIX}-") + _purchases.c.id.cast(String)).label("key")
    chosen = open_to(viewer) & (Purchase.round > 0)
    wanted = select(_purchases.c.id, key).where(chosen)
    if departments is not None:
        wanted = wanted.where(_purchases.c.department_code.in_(sorted(departments)))
    if pending:
        wanted = wanted.where(_PENDING)
    return wanted.subquery("papers")


def list_spent(viewer: Actor, *, departments: Sequence[str] | None, since: datetime) -> Sequence[Spent]:
    """What is pending, decided or ordered among them: all that is pending or not ordered yet, and of the ordered what was decided
    since a moment or was bought for a term. What a decided amendment replaces does not count beside it. One statement."""
    papers = open_papers(viewer, departments)
    replaced = exists().where(_later.c.amends_id == _purchases.c.id, _later.c.state.in_(TAKEN))
    recent = or_(_purchases.c.state != PURCHASED, _purchases.c.ended_at >= since, _purchases.c.term_months.is_not(None))
    rows = run(
        select(_purchases)
        .join(papers, papers.c.id == _purchases.c.id)
        .where(_purchases.c.state.in_(COUNTED), _purchases.c.total_minor.is_not(None), recent, ~replaced)
        .order_by(_purchases.c.id)
    )
    return [_spent(row) for row in rows]


def list_after_the_fact(viewer: Actor, keys: Sequence[str]) -> frozenset[str]:
    """Those of these requests that were filed after the order, as far as the viewer may read them. One statement."""
    papers = open_papers(viewer)
    numbers = [int(key.rpartition("-")[2]) for key in keys]
    late = select(papers.c.key).join(_purchases, _purchases.c.id == papers.c.id)
    found = run(late.where(_purchases.c.id.in_(numbers), _purchases.c.after_the_fact_on.is_not(None)))
    return frozenset(found.scalars())


def _spent(row: AnyRow) -> Spent:
    return Spent(
        key_of(PREFIX, row.id), row.title, row.department_code, row.category or "other", row.state,
        Money(row.total_minor, row.currency), row.ended_at, row.after_the_fact_on is not None, row.billing, row.term_months,
        row.purchased_on,
    )  # fmt: skip


def list_watched(viewer: Actor, since: datetime) -> dict[str, list[str]]:
    """What an auditor looks at first, of what was submitted or revoked since a moment: requests filed after the fact, decisions that
    were revoked. One statement."""
    papers = open_papers(viewer)
    after, revoked = _purchases.c.after_the_fact_on.is_not(None), _purchases.c.state == REVOKED
    recent = or_(after & (_purchases.c.submitted_at >= since), revoked & (_purchases.c.ended_at >= since))
    rows = run(
        select(papers.c.key, _purchases.c.state, _purchases.c.after_the_fact_on, _purchases.c.submitted_at)
        .join(_purchases, _purchases.c.id == papers.c.id).where(recent).order_by(papers.c.id)
    ).all()  # fmt: skip
    late = [row.key for row in rows if row.after_the_fact_on is not None and row.submitted_at >= since]
    return {"after_the_fact": late, "revoked": [row.key for row in rows if row.state == REVOKED]}
