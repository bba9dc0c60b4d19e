"""Who sees which initiative: one rule as a condition for lists, and the same for one as relations of the permit table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Table, exists, false, or_, select, true

from collab.initiatives.models import Initiative, Lead, Participant
from collab.kernel.actor import Actor
from collab.kernel.db import db

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
_participants: Table = Participant.__table__  # type: ignore[assignment]


def visible(viewer: Actor, initiatives: FromClause = _initiatives) -> ColumnElement[bool]:
    """The initiatives a viewer may see, as a condition on the table, or on an alias of it.

    The company sees an initiative unless it is narrowed; then only those involved: its leads, whoever takes part, whoever wrote
    it down, and the leads of its leads' departments. A guest sees what they take part in, and nothing else. Auditors see all.
    """
    if not viewer.active:
        return false()
    if viewer.is_auditor:
        return true()
    takes_part = exists().where(
        _participants.c.initiative_id == initiatives.c.id,
        _participants.c.member_id == viewer.id,
        _participants.c.removed_at.is_(None),
    )
    if viewer.is_partner:
        return takes_part
    leads = exists().where(
        _leads.c.initiative_id == initiatives.c.id,
        _leads.c.removed_at.is_(None),
        or_(_leads.c.member_id == viewer.id, _leads.c.department_code.in_(viewer.leads)),
    )
    return or_(initiatives.c.visibility == "company", initiatives.c.created_by_id == viewer.id, takes_part, leads)


@dataclass(frozen=True)
class Held:
    """Somebody who leads an initiative now, for slot 1, 2 (the two sides) or 3 (`area`: data or infrastructure)."""

    id: int
    initiative: int
    slot: int
    area: str | None
    department: str
    member: int
    health: str | None
    health_note: str | None
    health_at: datetime | None


@dataclass(frozen=True)
class Part:
    """Somebody who takes part now."""

    member: int
    department: str | None
    part: str | None


def leads_of(initiatives: Iterable[int]) -> Mapping[int, tuple[Held, ...]]:
    """Who leads each of these initiatives, by slot. One statement."""
    rows = db.session.execute(
        select(_leads)
        .where(_leads.c.initiative_id.in_(list(initiatives)), _leads.c.removed_at.is_(None))
        .order_by(_leads.c.slot)
    )
    found: dict[int, tuple[Held, ...]] = {}
    for row in rows:
        held = Held(
            row.id, row.initiative_id, row.slot, row.area, row.department_code, row.member_id, row.health,
            row.health_note, row.health_at,
        )  # fmt: skip
        found[row.initiative_id] = (*found.get(row.initiative_id, ()), held)
    return found


def participants_of(initiatives: Iterable[int]) -> Mapping[int, tuple[Part, ...]]:
    """Who else takes part in each of these initiatives. One statement."""
    rows = db.session.execute(
        select(_participants)
        .where(_participants.c.initiative_id.in_(list(initiatives)), _participants.c.removed_at.is_(None))
        .order_by(_participants.c.id)
    )
    found: dict[int, tuple[Part, ...]] = {}
    for row in rows:
        part = Part(row.member_id, row.department_code, row.part)
        found[row.initiative_id] = (*found.get(row.initiative_id, ()), part)
    return found


def relations(
    viewer: Actor, *, visibility: str, creator: int, leads: Iterable[Held], parts: Iterable[Part]
) -> frozenset[str]:
    """What a viewer is to one initiative, in the words of the permit rows."""
    if not viewer.active:
        return frozenset()
    leads = list(leads)
    slots = {held.slot for held in leads if held.member == viewer.id}
    takes_part = any(one.member == viewer.id for one in parts)
    if viewer.is_partner:  # a guest is what they were named, and nothing by department or by having once been a member
        return viewer.roles | ({"participant"} if takes_part else frozenset())
    what = {
        "side_lead": bool(slots & {1, 2}),
        "third_lead": 3 in slots,
        "participant": takes_part,
        "creator": creator == viewer.id,
        "home_lead": any(held.department in viewer.leads for held in leads),
        "company_visible": visibility == "company",
    }
    return viewer.roles | {name for name, held in what.items() if held}
