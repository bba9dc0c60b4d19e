"""What an administrator changes alone: who joins and leaves, names, where somebody works and how they are spoken to. Whatever
gives somebody power over others needs a second person, and stands in `governing`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow
from collab.kernel.permits import permits
from collab.people.models import Department, Office
from collab.people.queries.actors import find_actor_by_email
from collab.people.queries.organisation import forget
from collab.people.service.founding import join
from collab.people.service.governing.members import count_admins, hold_admins
from collab.people.service.importing.members import MemberRows
from collab.people.service.staffing import deactivate
from collab.subjects import service as subjects


def admit(actor: Actor, fields: Mapping[str, Any], *, department: str | None, now: datetime) -> int:
    """Add a member, without any role; returns their id. Raises NotAllowed, Invalid, NotNow (there is one with this address)."""
    permits.check("member.add", actor.roles)
    return join(fields, department=department, by=actor, now=now)


def dismiss_member(actor: Actor, email: str, *, now: datetime) -> None:
    """A member leaves: what they held moves at once. Of two administrators who let each other go at one moment, one stays.

    Raises NotAllowed, NotFound; NotNow for the last administrator.
    """
    permits.check("member.deactivate", actor.roles)
    with atomic():
        hold_admins()
        whose = find_actor_by_email(email, now)
        if whose is not None and whose.active and whose.is_admin and count_admins() == 1:
            raise NotNow("last_admin")
        deactivate(email, by=actor, now=now)


def edit_member(actor: Actor, email: str, fields: Mapping[str, Any], *, now: datetime) -> None:
    """Change names, language, zone, site or departments of a member; what is not named stays. Departments from today.

    Raises:
        NotAllowed, NotFound.
        Invalid: a department, zone or site nobody knows, somebody who has left.
    """
    permits.check("member.edit", actor.roles)
    wanted = {name: value for name, value in fields.items() if name != "manager"}
    with atomic():
        row = {**wanted, "email": email.strip().lower()}
        rows = MemberRows(actor, [row], now)
        if row["email"] not in rows.org.members:
            raise NotFound
        verdict = rows.check(row)
        if verdict.problems:
            raise Invalid(verdict.problems)
        if verdict.changes:
            rows.write_all("member_changed")


def rename_department(actor: Actor, code: str, *, name_en: str, name_ja: str, now: datetime) -> None:
    """Call a department by another name. Raises NotAllowed, NotFound."""
    permits.check("department.rename", actor.roles)
    _rename("department", Department, code, {"name_en": name_en, "name_ja": name_ja}, actor, now)
    forget()


def rename_office(actor: Actor, code: str, *, name_en: str, name_ja: str, now: datetime) -> None:
    """Call an office by another name; its code, which routes go by, stays. Raises NotAllowed, NotFound."""
    permits.check("office.rename", actor.roles)
    _rename("office", Office, code, {"name_en": name_en, "name_ja": name_ja}, actor, now)


def _rename(
    kind: str, table: type[Department | Office], code: str, names: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    with atomic():
        subjects.lock_or_introduce(f"{kind}:{code}", kind)
        thing = db.session.get(table, code, populate_existing=True)
        if thing is None:
            raise NotFound
        before = {name: getattr(thing, name) for name in names}
        if before == names:
            return
        db.session.execute(update(table).where(table.code == code).values(**names))
        audit.record(f"{kind}_renamed", f"{kind}:{code}", actor=actor, at=now, before=before, after=names)
