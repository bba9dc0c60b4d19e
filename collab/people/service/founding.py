"""Setting up an organisation at once: its units, and people on their posts from a day."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import Base, db
from collab.kernel.errors import Invalid, Text
from collab.kernel.text import storable
from collab.people.models import (
    Department,
    Group,
    GroupMember,
    Lead,
    Office,
    Partner,
    Post,
    ReportingLine,
    Site,
    Term,
)
from collab.people.queries import forget, list_departments, today
from collab.people.service.staffing import add_member
from collab.subjects import service as subjects

_ADDRESS = re.compile(r"[^\s@:,]{1,64}@[^\s@:,]{1,190}")
UNITS: Mapping[str, type[Base]] = {
    "site": Site, "partner": Partner, "department": Department, "office": Office, "group": Group,
}  # fmt: skip
"""Kinds of unit, in the order in which they lean on each other."""


@dataclass(frozen=True)
class Newcomer:
    """A person and everything they hold from a day. `fields` are those of `add_member`; `manager` is an address."""

    fields: Mapping[str, Any]
    from_on: date
    posts: Sequence[str] = ()
    leads: str | None = None
    office: str | None = None
    manager: str | None = None
    groups: Sequence[str] = field(default=())

    @property
    def email(self) -> str:
        """The address people are named by."""
        return str(self.fields["email"])


def found(
    units: Mapping[str, Sequence[Mapping[str, Any]]], people: Sequence[Newcomer], *, by: Actor | None, now: datetime
) -> None:
    """Write an organisation: sites, partners, departments, offices and groups, then the people in them.

    Raises:
        NotNow: one of the people is a member already.
    """
    with atomic() as unit:
        for kind, table in UNITS.items():
            for fields in units.get(kind, ()):
                _add_unit(kind, table, fields, by, now)
        unit.session.flush()
        ids = {newcomer.email: add_member(newcomer.fields, by=by, now=now) for newcomer in people}
        for newcomer in people:
            unit.session.add_all(_places(newcomer, ids))
        unit.session.flush()
    forget()


def join(fields: Mapping[str, Any], *, department: str | None, by: Actor | None, now: datetime) -> int:
    """Add one member, on a post from today if a department is named. Returns their id.

    Raises:
        Invalid: what is no address, or a site or department we do not know.
        NotNow: there is a member with this address already.
    """
    site = fields.get("site_code")
    wrong = {
        "email": None if _ADDRESS.fullmatch(str(fields["email"]).strip()) else Text("people.problem.bad_address"),
        "name": None if storable(f"{fields['name_en']}{fields['name_ja']}") else Text("field.bad_text"),
        "department": _unknown(department, {unit.code for unit in list_departments()}),
        "site": _unknown(site, set(db.session.scalars(select(Site.code)))),
    }
    problems = {name: text for name, text in wrong.items() if text}
    if problems:
        raise Invalid(problems)
    with atomic() as unit:
        member = add_member(fields, by=by, now=now)
        if department:
            unit.session.add(Post(member_id=member, department_code=department, from_on=today(now)))
    return member


def _unknown(code: str | None, known: Collection[str]) -> Text | None:
    if code is None or code in known:
        return None
    return Text("field.not_a_choice", {"choices": ", ".join(sorted(known)) or "-"})


def _add_unit(kind: str, table: type[Base], fields: Mapping[str, Any], by: Actor | None, now: datetime) -> None:
    db.session.add(table(**fields))
    key = f"{kind}:{fields['code']}"
    subjects.lock_or_introduce(key, kind)
    audit.record(f"{kind}_added", key, actor=by, at=now, after=fields)


def _places(newcomer: Newcomer, ids: Mapping[str, int]) -> Iterable[Base]:
    """The rows that put a person in place, all from the same day."""
    member, from_on = ids[newcomer.email], newcomer.from_on
    for rank, code in enumerate(newcomer.posts):
        yield Post(member_id=member, department_code=code, rank=rank, from_on=from_on)
    if newcomer.leads:
        yield Lead(member_id=member, department_code=newcomer.leads, from_on=from_on)
    if newcomer.office:
        yield Term(member_id=member, office_code=newcomer.office, from_on=from_on)
    if newcomer.manager:
        yield ReportingLine(member_id=member, manager_id=ids[newcomer.manager], from_on=from_on)
    for code in newcomer.groups:
        yield GroupMember(member_id=member, group_code=code)
