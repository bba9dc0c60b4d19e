"""Who holds what on a day: what planning a route needs, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from collab.kernel.db import AnyRow, Json, Moment, db, run
from collab.kernel.reading import once
from collab.kernel.remember import Remembered
from collab.people.models import (
    Absence,
    Delegation,
    Department,
    GroupMember,
    Lead,
    Member,
    ReportingLine,
    Site,
    Term,
)
from collab.people.queries.actors import forget_addresses, in_effect, today
from collab.people.queries.standing_in import IN_FORCE, MAY_DECIDE, Principal, counts_on
from collab.people.rules import ONE_DAY, Delegated
from collab.subjects.signs import ME

_DAY = bindparam("day", type_=Date)


@dataclass(frozen=True)
class Holding:
    """The organisation as planning sees it, by member id; `named_at` is since when an absence's deputy is named, `delegated`
    what everybody has delegated for today."""

    offices: Mapping[str, int]
    leads: Mapping[str, int]
    absent: Mapping[int, int | None]
    calendars: Mapping[int, str]
    named_at: Mapping[int, datetime] = field(default_factory=dict)
    delegated: Mapping[int, Sequence[Delegated]] = field(default_factory=dict)


def organisation(now: datetime) -> Holding:
    """Offices (an acting holder first), leads, who is away on the company's present day, and what is delegated today.

    Only active members who may decide hold anything, or stand in for anybody.
    """
    around = {"first": now.date() - 2 * ONE_DAY, "last": now.date() + 2 * ONE_DAY}
    rows = run(_EVERYTHING, {"day": today(now), **around}).all()
    of = _by_kind(rows)
    return Holding(
        offices={row.code: row.member for row in sorted(of["office"], key=lambda row: row.other or 0)},
        leads={row.code: row.member for row in of["lead"]},
        absent={row.member: row.other for row in of["absent"]},
        calendars={row.member: row.calendar for row in rows if row.calendar and row.kind != "delegated"},
        named_at={row.member: row.since for row in of["absent"]},
        delegated=_delegated(of["delegated"], now),
    )


def _by_kind(rows: Sequence[AnyRow]) -> dict[str, list[AnyRow]]:
    of: dict[str, list[AnyRow]] = {"office": [], "lead": [], "absent": [], "delegated": []}
    for row in rows:
        of[row.kind].append(row)
    return of


def _delegated(rows: Sequence[AnyRow], now: datetime) -> dict[int, list[Delegated]]:
    """By principal, the oldest first; such a row names the zone of its days as its calendar."""
    found: dict[int, list[Delegated]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        if counts_on(row.from_on, row.until_on, row.calendar, now):
            one = Delegated(
                row.id,
                row.member,
                row.other,
                row.since,
                frozenset(row.categories or ()),
                row.limit_minor,
                bool(row.may_decide),
            )
            found.setdefault(row.member, []).append(one)
    return found


_MORE: Mapping[str, Any] = {
    "since": Moment(), "id": Integer(), "from_on": Date(), "until_on": Date(), "categories": Json,
    "limit_minor": BigInteger(), "may_decide": Integer(),
}  # fmt: skip
"""What only some kinds of rows say."""


def _rows(kind: str, code: Any, member: Any, other: Any, calendar: Any, **more: Any) -> Any:
    said = (more[name] if name in more else null().cast(type_) for name, type_ in _MORE.items())
    return select(
        literal(kind).label("kind"), code.label("code"), member.label("member"), other.label("other"),
        calendar.label("calendar"), *(one.label(name) for one, name in zip(said, _MORE, strict=True)),
    )  # fmt: skip


_NOBODY = null().cast(Integer)
_ACTIVE = Member.deactivated_at.is_(None)
_DECIDES = and_(_ACTIVE, Member.partner_code.is_(None), Member.is_auditor.is_(False))
"""Whoever may decide at all: a seat given to a guest or an auditor would wait for ever."""
_EVERYTHING: CompoundSelect[*tuple[Any, ...]] = union_all(
    _rows("office", Term.office_code, Term.member_id, Term.acting.cast(Integer), Site.calendar)
    .join(Member, and_(Member.id == Term.member_id, _DECIDES))
    .outerjoin(Site, Site.code == Member.site_code)
    .where(in_effect(Term), Term.confirmed),
    _rows("lead", Lead.department_code, Lead.member_id, _NOBODY, Site.calendar)
    .join(Member, and_(Member.id == Lead.member_id, _DECIDES))
    .outerjoin(Site, Site.code == Member.site_code)
    .where(in_effect(Lead)),
    _rows("absent", literal("", String), Absence.member_id, Member.id, null().cast(String), since=Absence.made_at)
    .outerjoin(Member, and_(Member.id == Absence.deputy_id, _DECIDES))
    .where(Absence.ended_at.is_(None), Absence.from_on <= _DAY, Absence.until_on >= _DAY),
    _rows(
        "delegated", literal("", String), Delegation.principal_id, Delegation.deputy_id, func.coalesce(Principal.zone, Site.zone),
        since=Delegation.confirmed_at, id=Delegation.id, from_on=Delegation.from_on, until_on=Delegation.until_on,
        categories=Delegation.categories, limit_minor=Delegation.limit_minor, may_decide=Delegation.may_decide.cast(Integer),
    )
    .join(Member, and_(Member.id == Delegation.deputy_id, _DECIDES))
    .join(Principal, and_(Principal.id == Delegation.principal_id, MAY_DECIDE))
    .outerjoin(Site, Site.code == Principal.site_code)
    .where(IN_FORCE, Delegation.from_on <= bindparam("last", type_=Date), Delegation.until_on >= bindparam("first", type_=Date)),
)  # fmt: skip


@dataclass(frozen=True)
class Presence:
    """Where a member's clock runs, and whether they are here today."""

    calendar: str
    away: bool
    deputy: int | None


def presence(members: Iterable[int], now: datetime) -> dict[int, Presence]:
    """The calendar of each member's site and whether they are away today (or gone for good)."""
    wanted = sorted(set(members))
    rows = run(_PRESENCE, {"day": today(now), "ids": wanted}).all() if wanted else []
    return {
        row.id: Presence(row.calendar or "", row.away is not None or row.deactivated_at is not None, row.deputy_id)
        for row in rows
    }


_PRESENCE = (
    select(Member.id, Member.deactivated_at, Site.calendar, Absence.id.label("away"), Absence.deputy_id)
    .outerjoin(Site, Site.code == Member.site_code)
    .outerjoin(
        Absence,
        and_(
            Absence.member_id == Member.id,
            Absence.ended_at.is_(None),
            Absence.from_on <= _DAY,
            Absence.until_on >= _DAY,
        ),
    )
    .where(Member.id.in_(bindparam("ids", expanding=True)))
)


def stood_in_for(member: int, now: datetime) -> list[int]:
    """Whoever is away today and has this member as their deputy."""
    return [away for away, _deputy in list_stood_in_for([member], now)]


STOOD_IN_FOR = select(Absence.id).where(Absence.deputy_id == ME, Absence.ended_at.is_(None))
"""Whether a member was ever named to stand in for somebody whose absence was not ended."""


def list_stood_in_for(deputies: Iterable[int], now: datetime) -> list[tuple[int, int]]:
    """Whoever is away today and has one of these members as their deputy, with the deputy."""
    return [
        (row.member_id, row.deputy_id) for row in run(_STOOD_IN_FOR, {"day": today(now), "deputies": list(deputies)})
    ]


_STOOD_IN_FOR = (
    select(Absence.member_id, Absence.deputy_id)
    .join(Member, Member.id == Absence.member_id)
    .where(
        Absence.deputy_id.in_(bindparam("deputies", expanding=True)),
        Absence.ended_at.is_(None),
        Absence.from_on <= _DAY,
        Absence.until_on >= _DAY,
        _ACTIVE,
    )
    .order_by(Absence.member_id)
)


def find_manager(member_id: int, day: date) -> int | None:
    """Whom a member reports to on a day; over the head of a manager who has left or may not decide; None at the top."""
    seen = {member_id}
    line = (
        select(ReportingLine.manager_id, _DECIDES.label("decides"))
        .join(Member, Member.id == ReportingLine.manager_id)
        .where(ReportingLine.member_id == bindparam("member"), ReportingLine.from_on <= _DAY)
        .where(or_(ReportingLine.until_on.is_(None), ReportingLine.until_on >= _DAY))
        .order_by(ReportingLine.from_on.desc())
        .limit(1)
    )
    while (above := db.session.execute(line, {"member": member_id, "day": day}).one_or_none()) is not None:
        member_id = above.manager_id
        if member_id in seen:
            return None
        if above.decides:
            return member_id
        seen.add(member_id)
    return None


def members_by_email(emails: Iterable[str]) -> dict[str, int]:
    """Active members by address."""
    rows = select(Member.email, Member.id).where(Member.email.in_(sorted(emails)), _ACTIVE)
    return dict(db.session.execute(rows).all())


def groups(codes: Iterable[str]) -> dict[str, list[int]]:
    """The active members of groups."""
    found: dict[str, list[int]] = {}
    rows = (
        select(GroupMember.group_code, GroupMember.member_id)
        .join(Member, and_(Member.id == GroupMember.member_id, _ACTIVE))
        .where(GroupMember.group_code.in_(sorted(codes)))
        .order_by(GroupMember.member_id)
    )
    for code, member in db.session.execute(rows):
        found.setdefault(code, []).append(member)
    return found


def list_departments() -> list[AnyRow]:
    """Every department: code, names, side, and its last day's morrow where it is closed."""
    return [*_every_department()]


@once
def departments_by_code() -> Mapping[str, AnyRow]:
    """The same, by code."""
    return {row.code: row for row in _every_department()}


@once
def _every_department() -> Sequence[AnyRow]:
    return run(_DEPARTMENTS).all()


_DEPARTMENTS = select(
    Department.code, Department.name_en, Department.name_ja, Department.side, Department.closed_on
).order_by(Department.code)


def list_open_departments(keep: Collection[str] = ()) -> list[AnyRow]:
    """The departments a form offers: those that are not closed, and those it names already (`keep`)."""
    return [row for row in list_departments() if row.closed_on is None or row.code in keep]


_sides = Remembered(lambda: {row.code: str(row.side) for row in list_departments()}, seconds=5)
_closed = Remembered(lambda: frozenset(row.code for row in list_departments() if row.closed_on), seconds=60)


def department_sides() -> Mapping[str, str]:
    """The side each department belongs to; remembered for a few seconds."""
    return _sides()


def open_departments() -> Mapping[str, str]:
    """The sides of departments something may be asked of, by code; remembered for a few seconds, closed ones for a minute."""
    closed = _closed()
    return {code: side for code, side in _sides().items() if code not in closed} if closed else _sides()


def forget() -> None:
    """Ask the database again: after an import in this process, and between tests."""
    _sides.forget()
    _closed.forget()
    forget_addresses()
