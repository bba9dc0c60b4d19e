"""From the changed picture to rows, in bulk, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from collab.audit import service as audit
from collab.imports.registry import Change
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.i18n import as_json
from collab.people.models import Department, Lead, Member, Office, Partner, Post, ReportingLine, Site, Term
from collab.people.queries.snapshot import Snapshot, Things
from collab.people.rules import Held
from collab.subjects import service as subjects

Columns = Callable[[str, Held], Mapping[str, Any]]


def write_snapshot(org: Snapshot, now: datetime) -> None:
    """Write every new and changed row."""
    for table, key, things in (
        (Site, "code", org.sites), (Partner, "code", org.partners), (Department, "code", org.departments),
        (Office, "code", org.offices),
    ):  # fmt: skip
        _write_things(table, key, things)
    _write_members(org, now)
    ids = org.ids
    _write_series(
        Post, org.posts, lambda email, held: {"member_id": ids[email], "department_code": held.holder, **held.extra}
    )
    _write_series(
        ReportingLine, org.lines, lambda email, held: {"member_id": ids[email], "manager_id": ids[held.holder]}
    )
    _write_series(Lead, org.leads, lambda code, held: {"department_code": code, "member_id": ids[held.holder]})
    terms = {code: org.terms[code] + org.side_terms[code] for code in {*org.terms, *org.side_terms}}
    _write_series(Term, terms, lambda code, held: {"office_code": code, "member_id": ids[held.holder], **held.extra})


def record_changes(
    prefix: str, changes: Iterable[Change], *, verb: str = "imported", actor: Actor | None, now: datetime
) -> None:
    """One audit entry for each thing that changed: before and after by column, with the day it takes effect."""
    by_subject: dict[str, list[Change]] = {}
    for change in changes:
        by_subject.setdefault(change.subject, []).append(change)
    for subject, its in by_subject.items():
        key = f"{prefix}:{subject}"
        subjects.lock_or_introduce(key, prefix)
        audit.record(verb, key, actor=actor, at=now, before=_side(its, "before"), after=_side(its, "after"))


def _side(changes: Iterable[Change], side: str) -> dict[str, Any]:
    """Columns of one thing before or after; several days of the same column stand beside each other."""
    found: dict[str, Any] = {}
    for change in changes:
        name = change.field or "added"
        at = f"{name}@{change.on.isoformat()}" if change.on else name
        found[at] = as_json(getattr(change, side)) if change.field else side == "after"
    return found


def _write_things(table: Any, key: str, things: Things) -> None:
    new = [{key: code, **thing.values} for code, thing in things.items() if thing.new]
    old = [{"at": code, **thing.values} for code, thing in things.items() if thing.touched and not thing.new]
    if new:
        db.session.execute(insert(table), new)
    if old:
        _update(table.__table__, table.__table__.c[key], old)


def _write_members(org: Snapshot, now: datetime) -> None:
    empty = {"locale": company().locale, "locale_given": False, "zone": None, "site_code": None, "partner_code": None}
    new = [
        {"email": email, "created_at": now, **empty, **thing.values}
        for email, thing in org.members.items()
        if thing.new
    ]
    if new:
        db.session.execute(insert(Member), new)
        added = select(Member.email, Member.id).where(Member.email.in_([row["email"] for row in new]))
        org.ids.update(db.session.execute(added).all())
    old = [
        {"at": email, **empty, **_told(thing.values)}
        for email, thing in org.members.items()
        if thing.touched and not thing.new
    ]
    if old:
        _update(Member.__table__, Member.__table__.c.email, old)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a file may say of a member; that somebody left is never written back from an older picture."""
    return {name: value for name, value in values.items() if name != "deactivated_at"}


def _write_series(table: Any, series: Mapping[str, list[Held]], columns: Columns) -> None:
    """Voided rows go first and ended ones next, so that a new one from the same day finds its place free."""
    held = [(code, row) for code, rows in series.items() for row in rows if row.touched]
    void = [row.id for _code, row in held if row.void and row.id]
    if void:
        db.session.execute(delete(table).where(table.id.in_(void)))
    old = [{"at": row.id, **columns(code, row), **_days(row)} for code, row in held if row.id and not row.void]
    if old:
        _update(table.__table__, table.__table__.c.id, old)
    new = [{**columns(code, row), **_days(row)} for code, row in held if row.id is None and not row.void]
    if new:
        db.session.execute(insert(table), new)


def _days(row: Held) -> dict[str, Any]:
    return {"from_on": row.from_on, "until_on": row.until_on}


def _update(table: Any, key: Any, rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "at"]
    statement = update(table).where(key == bindparam("at")).values({name: bindparam(f"to_{name}") for name in names})
    db.session.connection().execute(
        statement, [{"at": row["at"], **{f"to_{name}": row[name] for name in names}} for row in rows]
    )
