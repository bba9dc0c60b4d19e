"""Writing and submitting a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from collab.approvals import queries as approvals
from collab.approvals import service as engine
from collab.audit import service as audit
from collab.initiatives.queries import tied as initiatives
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import NotAllowed, NotNow, Stale
from collab.kernel.permits import permits
from collab.purchases import rules
from collab.purchases.models import Purchase
from collab.purchases.queries import content_of, get_purchase, material_fields, relations
from collab.purchases.service import mending, planning, spending
from collab.purchases.service.content import columns
from collab.subjects import service as subjects

_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_UNSAID = dict.fromkeys(column.name for column in _purchases.columns if column.nullable)
_INSERT = (
    insert(_purchases)
    .values(
        {column.name: bindparam(column.name, type_=column.type) for column in _purchases.columns if column.name != "id"}
    )
    .returning(_purchases.c.id)
)


def draft(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> Purchase:
    """Write a request down; nobody is asked yet. Raises Invalid, NotAllowed."""
    permits.check("purchase.draft", actor.roles)
    with atomic():
        values = {**planning.defaults(actor, fields, now), **columns(actor, fields, now=now)}
        return insert_new(actor, values, "draft", now)[0]


def file(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> Purchase:
    """Write and submit a request in one go: one transaction, or nothing at all. Raises Invalid, NotAllowed."""
    permits.check("purchase.draft", actor.roles)
    with atomic():
        values = {**planning.defaults(actor, fields, now), **columns(actor, fields, now=now)}
        facts = planning.facts(Purchase(**values), now)
        planning.check_complete(Purchase(**values), facts)
        values.update(state=rules.PENDING, round=1, submitted_at=now)
        purchase, content = insert_new(actor, values, "submit", now)
        if purchase.initiative_id is not None:
            spending.check(purchase.id, now=now)
        plan = engine.open_round(_subject(purchase, actor, content), facts, number=1, now=now)
        return get_purchase(actor, purchase.key) if plan.auto else purchase


def edit(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: int | None, now: datetime) -> Purchase:
    """Change a draft or returned request; `seen` is the version the writer saw (If-Match).

    Raises:
        Stale: somebody changed it since.
        Invalid, NotFound, NotAllowed, NotNow.
    """
    with atomic():
        purchase = locked(actor, key, "edit")
        if seen is not None and seen != purchase.version:
            raise Stale
        before = content_of(purchase)
        values = columns(actor, fields, now=now, old=purchase)
        whom = values.get("on_behalf_of_id", purchase.on_behalf_of_id)
        if whom != purchase.on_behalf_of_id and purchase.requester_id != actor.id:
            raise NotAllowed("only_requester")  # nobody writes a request and then takes their own name off it
        if all(getattr(purchase, name) == value for name, value in values.items()):
            return purchase
        changed = move(purchase, {**values, "content_version": purchase.content_version + 1})
        _audit_edit(actor, key, before, content_of(changed), changed.content_version, now)
        return changed


def submit(actor: Actor, key: str, *, now: datetime, seen_version: int | None = None) -> Purchase:
    """Start a round: plan and freeze the route, ask the first step. Raises Invalid with everything still missing."""
    with atomic():
        purchase = locked(actor, key, "submit")
        if seen_version is not None and seen_version != purchase.content_version:
            raise NotNow("content_changed", seen=seen_version, version=purchase.content_version)
        facts = planning.facts(purchase, now)
        planning.check_complete(purchase, facts)
        if purchase.initiative_id is not None:
            spending.check(purchase.id, now=now)
        state = rules.MOVES.after("submit", purchase.state)
        content = content_of(purchase)
        material = purchase.state != rules.RETURNED or _is_material(key, content)
        if purchase.state == rules.RETURNED:
            mending.mended(key, now=now)
        change = {"state": state, "round": purchase.round + 1, "submitted_at": now, "ended_at": None}
        purchase = move(purchase, {**change, "content_version": purchase.content_version + 1})
        details = {"round": purchase.round, "content_version": purchase.content_version}
        audit.record("submit", key, actor=actor, at=now, after=content, details=details)
        subject = _subject(purchase, actor, content, material=material)
        if engine.open_round(subject, facts, number=purchase.round, now=now).auto:
            db.session.refresh(purchase)
        return purchase


def copy(actor: Actor, key: str, *, now: datetime) -> Purchase:
    """A new draft with the same content under a new number (複写起案), filed by whoever copies it."""
    source = get_purchase(actor, key)
    permits.check("purchase.copy", relations(actor, source), source.state)
    permits.check("purchase.draft", actor.roles)
    content = {name: getattr(source, name) for name in COPIED}
    if initiatives.find_tied(actor, source.initiative_id) is None:
        content["initiative_id"] = None  # nobody cites what they may not see
    department = source.department_code if source.department_code in actor.departments else actor.department
    with atomic():
        fresh = planning.defaults(actor, {"department": department or source.department_code}, now)
        return insert_new(actor, {**fresh, **content, "copied_from": key}, "draft", now)[0]


COPIED = (
    "title", "purpose", "vendor", "vendor_normal", "category", "amount_minor", "total_minor", "currency", "tax_included",
    "billing", "term_months", "channels", "units", "regions", "personal_data", "goal_id", "no_goal_reason", "initiative_id",
    "cx_impact",
    "benefit_text", "benefit_minor", "business_owner_id", "technical_owner_id", "data_owner_id", "visibility", "route",
)  # fmt: skip
"""Dates and the after-the-fact mark belong to one purchase and are not copied."""


def locked(actor: Actor, key: str, verb: str) -> Purchase:
    """The request, locked, once the verb is permitted. Raises NotFound, NotAllowed, NotNow."""
    subjects.lock(key)
    purchase = get_purchase(actor, key)
    permits.check(f"purchase.{verb}", relations(actor, purchase), purchase.state)
    return purchase


def _is_material(key: str, content: Mapping[str, Any]) -> bool:
    """Whether something earlier decisions rest on differs from what was submitted last; what was not kept, may have."""
    before = approvals.last_content(key)
    return before is None or rules.is_material(rules.changed(before, content), material_fields())


def insert_new(actor: Actor, values: Mapping[str, Any], verb: str, now: datetime) -> tuple[Purchase, dict[str, Any]]:
    """Write a new request; returns it and its content."""
    number = run(_INSERT, {**_UNSAID, **values}).scalar_one()
    purchase = Purchase(id=number, **values)
    subjects.introduce(purchase.key, "purchase")
    details = {"round": purchase.round or None, "content_version": 1}
    content = content_of(purchase)
    audit.record(verb, purchase.key, actor=actor, at=now, after=content, details=details)
    return purchase, content


def move(purchase: Purchase, values: Mapping[str, Any]) -> Purchase:
    """Change a locked request: compare-and-set on the version the transaction read."""
    at = (_purchases.c.id == purchase.id) & (_purchases.c.version == purchase.version)
    done = db.session.execute(update(_purchases).where(at).values(**values, version=purchase.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    db.session.refresh(purchase)
    return purchase


def _audit_edit(
    actor: Actor, key: str, before: Mapping[str, Any], after: Mapping[str, Any], content_version: int, now: datetime
) -> None:
    names = [name for name in after if after[name] != before[name]]
    audit.record(
        "edit", key, actor=actor, at=now,
        before={name: before[name] for name in names}, after={name: after[name] for name in names},
        details={"content_version": content_version},
    )  # fmt: skip


def _subject(purchase: Purchase, actor: Actor, content: Mapping[str, Any], *, material: bool = True) -> engine.Subject:
    """Whoever submits it does not decide it either, also when they mend it for somebody who has left."""
    barred = purchase.barred | {actor.id}
    return engine.Subject(
        purchase.key, purchase.requester_id, barred, purchase.content_version, content, material=material
    )
