"""Who is asking: a member with posts and offices in effect, in one statement whatever the way in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import AnyRow, AnySelect, db, read_alone, run
from collab.kernel.errors import NotFound
from collab.kernel.reading import once, once_each
from collab.people.models import Delegation, Lead, Member, Post, Site, SlackAccount, Term
from collab.people.rules import ONE_DAY

_DAY: ColumnElement[date] = bindparam("day", type_=Date)


def today(now: datetime) -> date:
    """Which day it is for posts, offices and routes: the company's own zone decides."""
    return clock.day_in(now, company().zone)


def in_effect(table: type[Post | Lead | Term], day: ColumnElement[date] = _DAY) -> ColumnElement[bool]:
    """Whether a dated row counts on a day."""
    return (table.from_on <= day) & or_(table.until_on.is_(None), table.until_on >= day)


def _joined(column: Any, order: Any, *criteria: Any) -> Any:
    ordered = select(column.label("code")).where(*criteria).order_by(order).correlate(Member.__table__).subquery()
    return select(func.coalesce(func.aggregate_strings(ordered.c.code, ","), "")).scalar_subquery()


def _delegated_around() -> tuple[ColumnElement[bool], ...]:
    """A delegation to the member that may count by now somewhere on earth: its days are those of the principal's zone."""
    first, last = bindparam("day_after", type_=Date), bindparam("day_before", type_=Date)
    return (
        Delegation.deputy_id == Member.id, Delegation.ended_at.is_(None), Delegation.confirmed_at.is_not(None),
        Delegation.from_on <= first, Delegation.until_on >= last,
    )  # fmt: skip


def days_around(now: datetime) -> dict[str, date]:
    """The company's day, and those around it: what a statement of `select_present` is run with."""
    day = today(now)
    return {"day": day, "day_after": day + ONE_DAY, "day_before": day - ONE_DAY}


_ACTORS: AnySelect = (
    select(
        Member.id, Member.email, Member.name_en, Member.name_ja, Member.locale, Member.is_admin, Member.is_auditor,
        Member.partner_code, Member.deactivated_at,
        func.coalesce(Member.zone, Site.zone).label("zone"), Site.calendar,
        _joined(Post.department_code, Post.rank, Post.member_id == Member.id, in_effect(Post)).label("departments"),
        _joined(Lead.department_code, Lead.department_code, Lead.member_id == Member.id, in_effect(Lead)).label("leads"),
        _joined(Term.office_code, Term.office_code, Term.member_id == Member.id, Term.confirmed, in_effect(Term)).label("offices"),
        _joined(Delegation.principal_id.cast(String), Delegation.principal_id, *_delegated_around()).label("acts_for"),
    )
    .select_from(Member)
    .outerjoin(Site, Site.code == Member.site_code)
)  # fmt: skip

_BY_ID = _ACTORS.where(Member.id == bindparam("id"))
_BY_EMAIL = _ACTORS.where(Member.email == bindparam("email"))
_BY_SLACK = _ACTORS.join(SlackAccount, SlackAccount.member_id == Member.id).where(
    SlackAccount.team_id == bindparam("team"),
    SlackAccount.user_id == bindparam("user"),
    Member.deactivated_at.is_(None),
)


def select_present() -> AnySelect:
    """The statement that finds members who have not left, for access to join what opens the door; its rows are read by `actor_of`,
    its parameters come from `days_around`."""
    return _ACTORS.where(Member.deactivated_at.is_(None))


def fingerprint(secret: str) -> str:
    """What is kept of a token or session id: long random secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def get_actor(member_id: int, now: datetime) -> Actor:
    """The member with this id. Raises NotFound."""
    actor = find_actor(member_id, now)
    if actor is None:
        raise NotFound
    return actor


def find_actor(member_id: int, now: datetime) -> Actor | None:
    """The member with this id, active or not."""
    return _one(_BY_ID, now, id=member_id)


def find_actor_by_email(email: str, now: datetime) -> Actor | None:
    """The member with this address, active or not."""
    return _one(_BY_EMAIL, now, email=email.strip().lower())


def find_actor_by_slack(team_id: str, user_id: str, now: datetime) -> Actor | None:
    """The active member a Slack account is linked to."""
    return _met(_BY_SLACK, now, team=team_id, user=user_id)


def email_of(member_id: int) -> str | None:
    """A member's address, as audit entries name people."""
    return db.session.scalar(select(Member.email).where(Member.id == member_id))


def emails_of(ids: Iterable[int]) -> dict[int, str]:
    """Addresses by member id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return dict(db.session.execute(select(Member.id, Member.email).where(Member.id.in_(wanted))).all())


_addresses: dict[int, str] = {}
"""Addresses never change hands; one that is corrected is known anew at the next start."""


def addresses(ids: Iterable[int]) -> dict[int, str]:
    """Addresses by member id for the trail, remembered: naming people there costs a decision nothing."""
    wanted = set(ids)
    if not wanted <= _addresses.keys():
        _addresses.update(emails_of(wanted - _addresses.keys()))
    return {member: _addresses[member] for member in wanted if member in _addresses}


def forget_addresses() -> None:
    """Between tests that change databases."""
    _addresses.clear()


@dataclass(frozen=True)
class Named:
    """Somebody to be named: whoever they are today."""

    id: int
    email: str
    name_en: str
    name_ja: str


@dataclass(frozen=True)
class Present(Named):
    """Somebody who has not left, as pages offer people to be named."""

    is_auditor: bool
    is_partner: bool

    def name(self, locale: str) -> str:
        """The name as a reader of `locale` expects it."""
        return self.name_ja if locale == "ja" else self.name_en


_NAMED = select(Member.id, Member.email, Member.name_en, Member.name_ja)
_NAMED_BY_ID = _NAMED.where(Member.id.in_(bindparam("ids", expanding=True)))
_PRESENT = (
    _NAMED.add_columns(Member.is_auditor, Member.partner_code.is_not(None))
    .where(Member.deactivated_at.is_(None))
    .order_by(Member.id)
)
_NAMED_BY_EMAIL = _NAMED.where(Member.email.in_(bindparam("emails", expanding=True)))


@once_each
def names_of(ids: list[int]) -> dict[int, Named]:
    """Names by member id."""
    return {row.id: Named(*row) for row in run(_NAMED_BY_ID, {"ids": sorted(ids)})}


@once_each
def names_by_email(emails: list[str]) -> dict[str, Named]:
    """Names by address, as audit entries name people."""
    return {row.email: Named(*row) for row in run(_NAMED_BY_EMAIL, {"emails": sorted(emails)})}


@once
def list_present() -> Sequence[Present]:
    """The names of everybody who has not left; who asks for all of them need not ask for some."""
    found = [Present(*row) for row in run(_PRESENT)]
    names_of.learn({one.id: one for one in found})
    names_by_email.learn({one.email: one for one in found})
    return found


def list_active(ids: Iterable[int]) -> set[int]:
    """Those of these members who have not left."""
    wanted = sorted(set(ids))
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(wanted), Member.deactivated_at.is_(None))))


def list_actors(now: datetime, *, ids: Sequence[int] | None = None) -> list[Actor]:
    """All members, or those with these ids, by address."""
    wanted = _ACTORS if ids is None else _ACTORS.where(Member.id.in_(ids))
    rows = db.session.execute(wanted.order_by(Member.email), days_around(now))
    return [actor_of(row) for row in rows]


def _one(statement: AnySelect, now: datetime, **values: Any) -> Actor | None:
    row = db.session.execute(statement, {**days_around(now), **values}).one_or_none()
    return actor_of(row) if row else None


def _met(statement: AnySelect, now: datetime, **values: Any) -> Actor | None:
    """Whoever stands at the door: read before any transaction of the request has begun."""
    rows = read_alone(statement, {**days_around(now), **values})
    return actor_of(rows[0]) if rows else None


def actor_of(row: AnyRow) -> Actor:
    """A member from a row of `select_present`."""
    return Actor(
        id=row.id, email=row.email, name_en=row.name_en, name_ja=row.name_ja, locale=row.locale,
        zone=row.zone or company().zone, calendar=row.calendar or company().calendar,
        departments=_codes(row.departments), leads=_codes(row.leads), offices=_codes(row.offices),
        is_admin=row.is_admin, is_auditor=row.is_auditor, is_partner=row.partner_code is not None,
        active=row.deactivated_at is None, acts_for=tuple(int(member) for member in _codes(row.acts_for)),
    )  # fmt: skip


def _codes(joined: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(joined.split(","))) if joined else ()
