"""Who is here and who will be, and what is one's own: sessions, tokens, absences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, select, union_all

from collab.kernel.db import db
from collab.people.models import Absence, Group, Lead, Member, Office, Partner, Post, Term
from collab.people.queries.actors import in_effect, today
from collab.people.rules import ONE_DAY


@dataclass(frozen=True)
class Upcoming:
    """Something that begins on a day to come: `kind` is post, lead or office; `code` what is taken up."""

    on: date
    kind: str
    code: str
    member: int
    acting: bool = False


def list_upcoming(now: datetime) -> list[Upcoming]:
    """Posts, leads and offices that begin after today, in order of days."""
    day = today(now)
    rows = db.session.execute(
        union_all(
            _begins("post", Post, Post.department_code, literal(False)).where(Post.from_on > day),  # noqa: FBT003
            _begins("lead", Lead, Lead.department_code, literal(False)).where(Lead.from_on > day),  # noqa: FBT003
            _begins("office", Term, Term.office_code, Term.acting).where(Term.from_on > day, Term.confirmed),
        )
    )
    found = [Upcoming(*row) for row in rows]
    stays = _posts_ending(day)
    news = [one for one in found if one.kind != "post" or (one.member, one.code, one.on - ONE_DAY) not in stays]
    return sorted(news, key=lambda one: (one.on, one.kind != "office", one.kind, one.member, one.code))


def _posts_ending(day: date) -> set[tuple[int, str, date]]:
    """Posts with a last day: one that goes on the day after, with another rank, is no news."""
    rows = select(Post.member_id, Post.department_code, Post.until_on).where(Post.until_on >= day)
    return {(member, code, until_on) for member, code, until_on in db.session.execute(rows) if until_on}


def _begins(kind: str, table: Any, code: Any, acting: Any) -> Any:
    here = select(
        table.from_on.label("on"),
        literal(kind).label("kind"),
        code.label("code"),
        table.member_id,
        acting.label("acting"),
    )
    return here.join(Member, Member.id == table.member_id).where(Member.deactivated_at.is_(None))


def list_acting(now: datetime) -> set[tuple[int, str]]:
    """Who holds which office only as acting holder (職務代行) today."""
    rows = select(Term.member_id, Term.office_code).where(Term.acting, Term.confirmed, in_effect(Term))
    return {(member, code) for member, code in db.session.execute(rows, {"day": today(now)})}


def list_unconfirmed() -> Sequence[Any]:
    """Offices that members gave themselves and nobody has confirmed: term id, office code, member, first day."""
    rows = select(Term.id, Term.office_code, Term.member_id, Term.from_on).where(~Term.confirmed).order_by(Term.id)
    return db.session.execute(rows).all()


def offices() -> dict[str, Any]:
    """Every office by code: its names."""
    rows = db.session.execute(select(Office.code, Office.name_en, Office.name_ja))
    return {row.code: row for row in rows}


def group_names() -> dict[str, Any]:
    """Every group by code: its names."""
    rows = db.session.execute(select(Group.code, Group.name_en, Group.name_ja))
    return {row.code: row for row in rows}


def list_absences(member_id: int, now: datetime) -> Sequence[Any]:
    """A member's absences that run or are ahead."""
    open_ones = (Absence.member_id == member_id) & Absence.ended_at.is_(None) & (Absence.until_on >= today(now))
    columns = (Absence.id, Absence.from_on, Absence.until_on, Absence.deputy_id)
    return db.session.execute(select(*columns).where(open_ones).order_by(Absence.from_on)).all()


def list_absent(members: Iterable[int], now: datetime) -> dict[int, list[tuple[date, date]]]:
    """The absences of these members that may run now in some zone, or follow: first and last day, by the first."""
    near = (Absence.until_on >= now.date() - ONE_DAY) & Absence.ended_at.is_(None)
    columns = select(Absence.member_id, Absence.from_on, Absence.until_on).where(
        near, Absence.member_id.in_(list(members))
    )
    found: dict[int, list[tuple[date, date]]] = {}
    for row in db.session.execute(columns.order_by(Absence.from_on)):
        found.setdefault(row.member_id, []).append((row.from_on, row.until_on))
    return found


@dataclass(frozen=True)
class Guest:
    """A guest, by member id, and the partner they are of."""

    member: int
    partner: str
    name_en: str
    name_ja: str


def list_guests() -> list[Guest]:
    """Every guest who has not left, with the partner's names."""
    rows = db.session.execute(
        select(Member.id, Partner.code, Partner.name_en, Partner.name_ja)
        .join(Partner, Partner.code == Member.partner_code)
        .where(Member.deactivated_at.is_(None))
        .order_by(Partner.code, Member.id)
    )
    return [Guest(*row) for row in rows]
