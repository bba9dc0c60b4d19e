"""The whole organisation with its past and its plans, as an import compares it with a file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from collab.kernel.db import db
from collab.people.models import Department, Lead, Member, Office, Partner, Post, ReportingLine, Site, Term
from collab.people.rules import Held


@dataclass
class Thing:
    """A row by its code or address: what it says, whether it is new, whether a file changed it."""

    values: dict[str, Any]
    new: bool = False
    touched: bool = False


Things = dict[str, Thing]
Series = dict[str, list[Held]]


@dataclass
class Snapshot:
    """Things by code, dated rows by what is held (for posts and lines: by who holds them)."""

    sites: Things
    partners: Things
    departments: Things
    offices: Things
    members: Things
    ids: dict[str, int]
    posts: Series = field(default_factory=lambda: defaultdict(list))
    lines: Series = field(default_factory=lambda: defaultdict(list))
    leads: Series = field(default_factory=lambda: defaultdict(list))
    terms: Series = field(default_factory=lambda: defaultdict(list))
    """The holders of offices who count."""
    side_terms: Series = field(default_factory=lambda: defaultdict(list))
    """Acting holders, and those who wait for confirmation: they end nobody's term."""

    def is_active(self, email: str) -> bool:
        """Whether there is such a member and they have not left."""
        return email in self.members and self.members[email].values.get("deactivated_at") is None


def snapshot() -> Snapshot:
    """Everything, in nine statements."""
    members = _things(
        Member, "email",
        ("name_en", "name_ja", "locale", "locale_given", "zone", "site_code", "partner_code", "is_auditor", "deactivated_at"),
    )  # fmt: skip
    ids = dict(db.session.execute(select(Member.email, Member.id)).all())
    found = Snapshot(
        sites=_things(Site, "code", ("name_en", "name_ja", "zone", "calendar")),
        partners=_things(Partner, "code", ("name_en", "name_ja")),
        departments=_things(Department, "code", ("name_en", "name_ja", "side", "closed_on")),
        offices=_things(Office, "code", ("name_en", "name_ja")),
        members=members, ids=ids,
    )  # fmt: skip
    _read_dated(found, {member: email for email, member in ids.items()})
    return found


def _things(table: Any, key: str, names: tuple[str, ...]) -> Things:
    columns = [getattr(table, name) for name in names]
    rows = db.session.execute(select(getattr(table, key), *columns)).all()
    return {row[0]: Thing(dict(zip(names, row[1:], strict=True))) for row in rows}


def _read_dated(found: Snapshot, emails: dict[int, str]) -> None:
    for post in _rows(Post):
        held = Held(post.department_code, post.from_on, post.until_on, post.id, {"rank": post.rank})
        found.posts[emails[post.member_id]].append(held)
    for line in _rows(ReportingLine):
        found.lines[emails[line.member_id]].append(Held(emails[line.manager_id], line.from_on, line.until_on, line.id))
    for lead in _rows(Lead):
        found.leads[lead.department_code].append(Held(emails[lead.member_id], lead.from_on, lead.until_on, lead.id))
    for term in _rows(Term):
        extra = {"acting": term.acting, "confirmed": term.confirmed}
        series = found.side_terms if term.acting or not term.confirmed else found.terms
        series[term.office_code].append(Held(emails[term.member_id], term.from_on, term.until_on, term.id, extra))


def _rows(table: Any) -> Any:
    return db.session.execute(select(table.__table__)).all()
