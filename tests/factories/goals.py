"""Goals as rows, quickly: no service, no message, no audit entry. Progress is computed by the rules.

g = goal(company, owners=("cmo", "cio"), metric=timed(0, 100))      # active, accepted by both, G-3
measured(company, g, date(2026, 11, 1), 40)                         # progress 40
child(company, g, share=60, owners=("sales-lead",))                 # contributes to it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from collab.goals.models import CheckIn, Contributor, Goal, Measurement, Metric, Owner, Parent
from collab.goals.rules import progress as rules
from collab.goals.rules.progress import Course
from collab.goals.service import holding, rolling
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.subjects.models import Subject
from tests.factories.company import Company

STARTS, DUE = date(2026, 10, 1), date(2027, 3, 31)
"""The second half of the fiscal year 2026; the company's present day, 18 November, is its day 48 of 181 (26.5 %)."""

ACCEPTED = ("accepted", "active", "paused", "closed")


def timed(baseline: Any = 0, target: Any = 100, *, kind: str = "increase", **more: Any) -> dict[str, Any]:
    """A metric from a baseline to a target."""
    return {
        "kind": kind,
        "baseline": Decimal(str(baseline)),
        "baseline_on": STARTS,
        "target": Decimal(str(target)),
        **more,
    }


def control(kind: str = "stay_below", *, floor: Any = None, ceiling: Any = None, **more: Any) -> dict[str, Any]:
    """A metric judged by its threshold."""
    given = {"floor": floor, "ceiling": ceiling}
    return {"kind": kind, **{name: Decimal(str(one)) for name, one in given.items() if one is not None}, **more}


def ratio(baseline: Any = 0, target: Any = 100, *, per: int = 100, **more: Any) -> dict[str, Any]:
    """A ratio metric, in per cent; with `gathers=True` it sums over its children."""
    return timed(baseline, target, is_ratio=True, per=per, **more)


def goal(
    company: Company,
    title: str = "Customers find what they saw online in the store",
    *,
    owners: Iterable[str] = ("cmo", "cio"),
    state: str = "active",
    metric: Mapping[str, Any] | None = None,
    metrics: Iterable[Mapping[str, Any]] | None = None,
    starts_on: date | None = STARTS,
    due_on: date | None = DUE,
    parents: Mapping[str, int | None] | None = None,
    accepted: Iterable[str] | None = None,
    by: str | None = None,
    **more: Any,
) -> str:
    """The key of a goal. `owners` by name, a side each; `parents` maps a parent's key to its share (None: it supports);
    `accepted` names those who have accepted (by default all, from the state accepted on). `metrics=()` makes one without."""
    owners = list(owners)
    said = owners if accepted is None and state in ACCEPTED else list(accepted or ())
    now = company.now
    ends = {"closed_at": now, "result": "achieved", "lesson": "Ask sooner."} if state == "closed" else {}
    runs = {"activated_at": now} if state in ("active", "paused", "closed") else {}
    stands = {"paused_at": now, "pause_reason": "The season is over."} if state == "paused" else {}
    with company.indoors(), atomic() as unit:
        row = Goal(title=title, state=state, starts_on=starts_on, due_on=due_on, created_at=now,
                   created_by_id=company.id(by or owners[0]), **{**ends, **runs, **stands, **more})  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        unit.session.add(Subject(key=row.key, kind="goal", audit_seq=0, audit_hash="", indexed_seq=0, created_at=now))
        unit.session.add_all(_owner(company, row.id, side, name, name in said) for side, name in enumerate(owners, 1))
        given = [metric or timed()] if metrics is None else list(metrics)
        unit.session.add_all(_metric(row.id, position, one, now) for position, one in enumerate(given, 1))
        for parent, share in (parents or {}).items():
            unit.session.add(_tie(row.id, parent, share))
        return row.key


def child(
    company: Company, parent: str, *, share: int | None = 100, owners: Iterable[str] = ("mika",), **more: Any
) -> str:
    """The key of a goal that contributes to another (or, without a share, supports it)."""
    return goal(company, more.pop("title", "What we do for it"), owners=owners, parents={parent: share}, **more)


def tie(company: Company, key: str, parent: str, *, share: int | None = 100) -> None:
    """One more parent."""
    with company.indoors(), atomic() as unit:
        unit.session.add(_tie(number(key), parent, share))


def measured(
    company: Company, key: str, on: date, value: Any = None, *, numerator: Any = None, denominator: Any = None,
    source: str = "", position: int = 1, at: datetime | None = None, **more: Any,
) -> int:  # fmt: skip
    """What a metric (the main one) was on a day; the goal's progress follows, and that of all above it."""
    with company.indoors(), atomic() as unit:
        metric = unit.session.scalars(
            select(Metric).where(
                Metric.goal_id == number(key), Metric.position == position, Metric.removed_at.is_(None)
            )
        ).one()
        figures = {"value": _exact(value), "numerator": _exact(numerator), "denominator": _exact(denominator)}
        row = Measurement(metric_id=metric.id, on=on, source=source, recorded_at=at or company.now, **figures, **more)
        unit.session.add(row)
        if metric.measured_on is None or on >= metric.measured_on:
            metric.value, metric.numerator, metric.denominator = (
                figures["value"],
                figures["numerator"],
                figures["denominator"],
            )
            metric.measured_on = on
            _progress(metric)
        unit.session.flush()
        holding.lock_tree()
        rolling.refresh([metric.goal_id], now=company.now)
        return row.id


def progressed(company: Company, key: str, per_cent: Any) -> None:
    """Set what is computed: only for tests that look at it from afar."""
    with company.indoors(), atomic() as unit:
        row = unit.session.get(Goal, number(key))
        row.progress = _exact(per_cent)


def said(
    company: Company, key: str, by: str, confidence: int | None = None, *, at: datetime | None = None, note: str | None = None,
    suggested: str = "on_track", status: str | None = None, reason: str | None = None, **more: Any,
) -> int:  # fmt: skip
    """A check-in as a row; the owner's confidence follows."""
    at = at or company.now
    with company.indoors(), atomic() as unit:
        who = company.id(by)
        held = (Owner.goal_id == number(key)) & (Owner.member_id == who) & Owner.removed_at.is_(None)
        owner = unit.session.scalars(select(Owner).where(held)).one_or_none()
        row = CheckIn(goal_id=number(key), member_id=who, side=owner and owner.side, at=at, confidence=confidence, note=note,
                      status=status, reason=reason, suggested=suggested, **more)  # fmt: skip
        unit.session.add(row)
        if owner is not None:
            owner.checked_in_at = at
            owner.confidence = owner.confidence if confidence is None else confidence
        if status is not None:
            unit.session.get(Goal, number(key)).claimed = None if status == suggested else status
        unit.session.flush()
        return row.id


def helps(company: Company, key: str, name: str, *, may_check_in: bool = False) -> None:
    """Somebody is named a contributor."""
    with company.indoors(), atomic() as unit:
        unit.session.add(Contributor(goal_id=number(key), member_id=company.id(name), may_check_in=may_check_in,
                                     added_by_id=company.id("cmo"), added_at=company.now))  # fmt: skip


def asked(company: Company, key: str, name: str, *, at: datetime, due_at: datetime) -> None:
    """An owner has an open ask for a check-in."""
    with company.indoors(), atomic() as unit:
        held = (Owner.goal_id == number(key)) & (Owner.member_id == company.id(name)) & Owner.removed_at.is_(None)
        owner = unit.session.scalars(select(Owner).where(held)).one()
        owner.asked_at, owner.due_at = at, due_at


def row(company: Company, key: str) -> Goal:
    """The row as it stands."""
    with company.indoors():
        db.session.rollback()
        found = db.session.get(Goal, number(key))
        assert found is not None
        db.session.refresh(found)
        return found


def owners(company: Company, key: str) -> list[Owner]:
    """Who answers for it now, by side."""
    with company.indoors():
        db.session.rollback()
        held = select(Owner).where(Owner.goal_id == number(key), Owner.removed_at.is_(None)).order_by(Owner.side)
        return list(db.session.scalars(held).all())


def metric_ids(company: Company, key: str) -> list[int]:
    """Its metrics, the main one first."""
    with company.indoors():
        kept = (
            select(Metric.id)
            .where(Metric.goal_id == number(key), Metric.removed_at.is_(None))
            .order_by(Metric.position)
        )
        return list(db.session.scalars(kept).all())


def number(key: str) -> int:
    """The row's id of a key."""
    return int(key.partition("-")[2])


def _owner(company: Company, goal_id: int, side: int, name: str, accepted: bool) -> Owner:
    member = company.member(name)
    words = {"accepted_at": company.now, "means": f"What it means for {member.department}."} if accepted else {}
    return Owner(goal_id=goal_id, side=side, department_code=member.department, member_id=member.id,
                 named_at=company.now, **words)  # fmt: skip


def _metric(goal_id: int, position: int, given: Mapping[str, Any], now: datetime) -> Metric:
    fields = {"name": "Share of visits that end well", "created_at": now, **given}
    return Metric(goal_id=goal_id, position=position, **fields)


def _tie(child_id: int, parent: str, share: int | None) -> Parent:
    kind = "support" if share is None else "contribute"
    return Parent(child_id=child_id, parent_id=number(parent), kind=kind, share=share)


def _progress(metric: Metric) -> None:
    """The goal's own progress, where its main metric makes it."""
    row = db.session.get(Goal, metric.goal_id)
    if metric.position != 1 or row.progress_from != "metric":
        return
    figure = Fraction(metric.value) if metric.value is not None else None
    if metric.is_ratio and metric.numerator is not None:
        figure = rules.ratio(metric.numerator, metric.denominator, metric.per)
    course = Course(metric.kind, metric.baseline, metric.target, metric.floor, metric.ceiling)
    way = rules.progress(course, figure)
    row.progress = None if way is None else Decimal(way.numerator) / Decimal(way.denominator)


def _exact(figure: Any) -> Decimal | None:
    return None if figure is None else Decimal(str(figure))
