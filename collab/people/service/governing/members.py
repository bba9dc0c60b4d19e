"""Members: the roles of administrator and auditor, and to whom somebody reports."""

from __future__ import annotations

from sqlalchemy import func, select, update

from collab.controls.registry import Around, Picture
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.people.models import Member
from collab.people.queries.snapshot import Snapshot
from collab.people.rules import ADMIN, AUDITOR, loops, succeed
from collab.people.service.access import subject_of
from collab.people.service.governing.base import Fields, cannot_hold, holder_on, picture, refuse, write

ROLE, MANAGER = "member.role", "member.manager"


def check_role(fields: Fields, around: Around) -> Picture:
    """A member is to have a role, or to have it no longer. Somebody must go on administering."""
    org = picture()
    email, role, held = fields["member"], fields["role"], fields["held"]
    if not org.is_active(email):
        refuse({"member": Text("control.problem.no_member", {"email": email})})
    row = db.session.execute(select(Member.id, Member.is_admin, Member.is_auditor).where(Member.email == email)).one()
    now_held = {ADMIN: row.is_admin, AUDITOR: row.is_auditor}
    refuse({"role": _why_not(org, fields, now_held, around)})
    favours = frozenset({row.id} if held and not now_held[role] else ())
    return Picture(subject_of(email), "member", {role: now_held[role]}, {role: held}, favours)


def _why_not(org: Snapshot, fields: Fields, now_held: dict[str, bool], around: Around) -> Text | None:
    email, role, held = fields["member"], fields["role"], fields["held"]
    if not held:
        last = role == ADMIN and now_held[ADMIN] and count_admins() == 1
        return Text("control.problem.last_admin") if last else None
    if org.members[email].values.get("partner_code"):
        return Text("control.problem.guest")
    if now_held[AUDITOR if role == ADMIN else ADMIN]:
        return Text("control.problem.admin_and_auditor")
    if role == AUDITOR and _holds(org, email, around):
        return Text("control.problem.auditor_decides")
    return None


def _holds(org: Snapshot, email: str, around: Around) -> bool:
    """Whether somebody holds an office or leads a department from that day on: an auditor decides nothing."""
    series = (*org.terms.values(), *org.side_terms.values(), *org.leads.values())
    return any(
        row.holder == email and not row.void and (row.until_on is None or row.until_on >= around.day)
        for held in series
        for row in held
    )


def count_admins() -> int:
    """How many administrators there are."""
    here = Member.is_admin & Member.deactivated_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(Member).where(here)) or 0


def hold_admins() -> None:
    """Let nobody else add or take away administrators before the open transaction ends."""
    here = Member.is_admin & Member.deactivated_at.is_(None)
    db.session.execute(select(Member.id).where(here).order_by(Member.id).with_for_update()).all()


def set_role(fields: Fields, _around: Around) -> None:
    """Write it."""
    column = {ADMIN: Member.is_admin, AUDITOR: Member.is_auditor}[fields["role"]]
    db.session.execute(update(Member).where(Member.email == fields["member"]).values({column: fields["held"]}))


def check_manager(fields: Fields, around: Around) -> Picture:
    """A member is to report to somebody else. It favours both: nobody confirms who is above themselves."""
    org = picture()
    email, manager = fields["member"], fields["manager"]
    gone = None if org.is_active(email) else Text("control.problem.no_member", {"email": email})
    refuse({"member": gone, "manager": cannot_hold(org, manager) or _circle(org, email, manager, around)})
    held = holder_on(org.lines[email], around.day)
    before = {"manager": held.holder if held else None}
    both = frozenset({org.ids[manager], org.ids[email]})
    return Picture(subject_of(email), "member", before, {"manager": manager}, both)


def _circle(org: Snapshot, email: str, manager: str, around: Around) -> Text | None:
    def above(one: str) -> str | None:
        if one == email:
            return manager
        held = holder_on(org.lines[one], around.day)
        return held.holder if held else None

    return Text("import.problem.manager_loop") if manager == email or loops(email, above) else None


def set_manager(fields: Fields, around: Around) -> None:
    """Write it, from the day it counts."""
    org = picture()
    succeed(org.lines[fields["member"]], fields["manager"], around.day)
    write(org, around.now)
