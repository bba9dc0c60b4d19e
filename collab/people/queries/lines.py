"""Who stands above many members, and who could be told something today: a constant number of statements however many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, or_, select

from collab.kernel.company import company
from collab.kernel.db import AnyRow, AnySelect, run
from collab.people.models import Absence, Member, Post, ReportingLine, Site
from collab.people.queries.actors import in_effect, today

HIGHEST = 20
"""No line is longer: what goes on is a circle in the data."""
_DAY = bindparam("day", type_=Date)


@dataclass(frozen=True)
class Standing:
    """A member as somebody to be told something: `barred` says why they never are (left, guest, auditor), `away` is whether
    they are absent today and `deputy` who stands in; `department` is their main one."""

    id: int
    email: str
    calendar: str
    department: str | None
    barred: str | None
    away: bool
    deputy: int | None


def lines(members: Iterable[int], now: datetime) -> dict[int, tuple[int, ...]]:
    """Everybody above each of these members today, the nearest first; whoever left or may not decide is among them."""
    wanted = sorted(set(members))
    rows = run(_ABOVE, {"day": today(now), "ids": wanted}).all() if wanted else []
    above = {row.member: row.manager for row in rows}
    return {member: _climb(member, above) for member in wanted}


def _climb(member: int, above: Mapping[int, int]) -> tuple[int, ...]:
    line: list[int] = []
    while (higher := above.get(member)) is not None and higher not in line and len(line) < HIGHEST:
        line.append(higher)
        member = higher
    return tuple(line)


def _statement() -> AnySelect:
    """Every pair of a member and whom they report to, from the members asked for upwards."""
    others = ReportingLine.__table__.alias("others")
    newest = (
        select(func.max(others.c.from_on))
        .where(others.c.member_id == ReportingLine.member_id, others.c.from_on <= _DAY)
        .where(or_(others.c.until_on.is_(None), others.c.until_on >= _DAY))
        .scalar_subquery()
    )
    pairs = select(ReportingLine.member_id.label("member"), ReportingLine.manager_id.label("manager"))
    in_force = and_(
        ReportingLine.from_on == newest, or_(ReportingLine.until_on.is_(None), ReportingLine.until_on >= _DAY)
    )
    first = pairs.where(in_force, ReportingLine.member_id.in_(bindparam("ids", expanding=True)))
    found = first.cte("above", recursive=True)
    found = found.union(pairs.join(found, found.c.manager == ReportingLine.member_id).where(in_force))
    return select(found.c.member, found.c.manager)


_ABOVE = _statement()


def standings(members: Iterable[int], now: datetime) -> dict[int, Standing]:
    """These members, and whoever stands in for one of them today."""
    wanted = sorted(set(members))
    if not wanted:
        return {}
    day = today(now)
    rows = run(_STANDING, {"day": day, "ids": wanted}).all()
    return {row.id: _standing(row) for row in sorted(rows, key=lambda row: row.until_on or date.min)}


def _deputies() -> Any:
    return select(Absence.deputy_id).where(
        Absence.member_id.in_(bindparam("ids", expanding=True)), Absence.deputy_id.is_not(None), _runs()
    )


def _runs() -> Any:
    return and_(Absence.ended_at.is_(None), Absence.from_on <= _DAY, Absence.until_on >= _DAY)


_STANDING: AnySelect = (
    select(
        Member.id, Member.email, Member.deactivated_at, Member.partner_code, Member.is_auditor, Site.calendar,
        Absence.id.label("absence"), Absence.deputy_id, Absence.until_on,
        select(Post.department_code).where(Post.member_id == Member.id, in_effect(Post)).order_by(Post.rank, Post.id).limit(1)
        .scalar_subquery().label("department"),
    )
    .outerjoin(Site, Site.code == Member.site_code)
    .outerjoin(Absence, and_(Absence.member_id == Member.id, _runs()))
    .where(or_(Member.id.in_(bindparam("ids", expanding=True)), Member.id.in_(_deputies())))
)  # fmt: skip


def _standing(row: AnyRow) -> Standing:
    gone = "left" if row.deactivated_at is not None else None
    barred = gone or ("guest" if row.partner_code is not None else "auditor" if row.is_auditor else None)
    return Standing(
        row.id,
        row.email,
        row.calendar or company().calendar,
        row.department,
        barred,
        row.absence is not None,
        row.deputy_id,
    )
