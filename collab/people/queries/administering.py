"""What pages of administrators show: everybody with what they hold, terms of office, sites, what a leaver leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.kernel.reading import once
from collab.kernel.text import normal
from collab.people.models import Delegation, Lead, Member, Office, ReportingLine, Site, Term
from collab.people.queries.actors import in_effect, list_actors, today
from collab.subjects.queries import inbox

STATES = ("active", "guest", "left")


@dataclass(frozen=True)
class MemberFilter:
    """Which members: words of a name or address, a department, a role, one of STATES (none: active ones, guests too)."""

    words: str = ""
    department: str | None = None
    role: str | None = None
    state: str | None = None


def list_members(narrowed: MemberFilter, now: datetime, *, offset: int, limit: int) -> tuple[list[Actor], int]:
    """Members by address, and how many."""
    found = [one for one in list_actors(now) if _fits(one, narrowed)]
    return found[offset : offset + limit], len(found)


def _fits(one: Actor, narrowed: MemberFilter) -> bool:
    state = {
        "left": not one.active,
        "guest": one.active and one.is_partner,
        "active": one.active and not one.is_partner,
    }
    words = normal(narrowed.words)
    return (
        state.get(narrowed.state or "", one.active)
        and (not narrowed.department or narrowed.department in (*one.departments, *one.leads))
        and (not narrowed.role or narrowed.role in _roles(one))
        and all(word in normal(f"{one.email} {one.name_en} {one.name_ja}") for word in words.split())
    )


def _roles(one: Actor) -> set[str]:
    held = {"admin": one.is_admin, "auditor": one.is_auditor, "lead": bool(one.leads), "office": bool(one.offices)}
    return {role for role, so in held.items() if so}


@dataclass(frozen=True)
class TermView:
    """Somebody's term of an office: first and last day, both inclusive."""

    office: str
    member: int
    acting: bool
    confirmed: bool
    from_on: date
    until_on: date | None


def list_terms(now: datetime) -> list[TermView]:
    """Terms of office that run or are to come, by office and first day."""
    day = today(now)
    rows = select(Term.office_code, Term.member_id, Term.acting, Term.confirmed, Term.from_on, Term.until_on)
    here = rows.join(Member, Member.id == Term.member_id).where(
        Member.deactivated_at.is_(None), or_(Term.until_on.is_(None), Term.until_on >= day)
    )
    return [TermView(*row) for row in db.session.execute(here.order_by(Term.office_code, Term.acting, Term.from_on))]


def list_offices() -> Sequence[AnyRow]:
    """Every office: code and names."""
    return db.session.execute(select(Office.code, Office.name_en, Office.name_ja).order_by(Office.code)).all()


def list_sites() -> Sequence[AnyRow]:
    """Every site: code, names, zone, calendar, and how many work there."""
    here = (Member.site_code == Site.code) & Member.deactivated_at.is_(None)
    count = select(func.count()).select_from(Member).where(here).scalar_subquery()
    columns = (Site.code, Site.name_en, Site.name_ja, Site.zone, Site.calendar, count.label("members"))
    return db.session.execute(select(*columns).order_by(Site.code)).all()


@once
def sites_by_code() -> Mapping[str, AnyRow]:
    """Their names, by code."""
    found = db.session.execute(select(Site.code, Site.name_en, Site.name_ja))
    return {row.code: row for row in found}


def find_profile(email: str) -> Any:
    """What is kept of a member beyond who they are: site, partner, their own zone, since when; None for nobody."""
    columns = (
        Member.id, Member.site_code, Member.partner_code, Member.zone, Member.locale, Member.created_at, Member.deactivated_at,
    )  # fmt: skip
    return db.session.execute(select(*columns).where(Member.email == email.strip().lower())).one_or_none()


def list_leads(now: datetime) -> dict[str, int]:
    """Who leads which department today."""
    rows = select(Lead.department_code, Lead.member_id).where(in_effect(Lead))
    return dict(db.session.execute(rows, {"day": today(now)}).all())


@dataclass(frozen=True)
class Leaving:
    """What a member leaves behind: what waits for them (what is asked, how often), who reports to them, delegations, offices
    and departments nobody holds then."""

    waiting: Sequence[tuple[Text, int]]
    reports: int
    delegations: int
    offices: tuple[str, ...]
    leads: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing of all this."""
        return not (self.waiting or self.reports or self.delegations or self.offices or self.leads)


def leaving(member: Actor, now: datetime) -> Leaving:
    """What moves, or is left empty, on the day a member is deactivated. What waits is only counted: it may be secret."""
    rows = inbox(member, now)
    asks, said = Counter(row.ask.key for row in rows), {row.ask.key: row.ask for row in rows}
    part = (Delegation.principal_id == member.id) | (Delegation.deputy_id == member.id)
    return Leaving(
        [(said[key], n) for key, n in asks.items()], len(list_reports(member.id, now)),
        db.session.scalar(select(func.count()).select_from(Delegation).where(part, Delegation.ended_at.is_(None))) or 0,
        member.offices, member.leads,
    )  # fmt: skip


def list_reports(member: int, now: datetime) -> list[int]:
    """Who reports to a member today."""
    day = today(now)
    here = (ReportingLine.manager_id == member) & (ReportingLine.from_on <= day)
    running = here & or_(ReportingLine.until_on.is_(None), ReportingLine.until_on >= day)
    rows = select(ReportingLine.member_id).join(Member, Member.id == ReportingLine.member_id)
    return list(db.session.scalars(rows.where(running, Member.deactivated_at.is_(None))))
