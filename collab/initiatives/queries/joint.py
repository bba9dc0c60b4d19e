"""Initiatives two sides lead together, and where their leads say different things of how it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, distinct, exists, func, select

from collab.initiatives.models import Initiative, Lead
from collab.initiatives.queries.initiatives import InitiativeView, whole
from collab.initiatives.queries.sight import Held, visible
from collab.initiatives.rules.moves import HEALTHS, OPEN, SIDES
from collab.kernel.actor import Actor
from collab.kernel.db import db

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class JointInitiative:
    """An initiative with who leads it for either side. `apart` is how many steps apart they say it goes (None: not both have said
    something; 1: on track and at risk; 2: on track and off track)."""

    initiative: InitiativeView
    one: Held
    other: Held

    @property
    def apart(self) -> int | None:
        """See the class."""
        if self.one.health is None or self.other.health is None:
            return None
        return abs(HEALTHS.index(self.one.health) - HEALTHS.index(self.other.health))


def list_between(viewer: Actor, one: Collection[str], other: Collection[str]) -> list[JointInitiative]:
    """The initiatives under way that are led from two sets of departments, as far as the viewer may see them; by key. Four
    statements."""
    chosen = visible(viewer) & _initiatives.c.state.in_(OPEN) & _led_from(one) & _led_from(other)
    rows = db.session.execute(select(_initiatives).where(chosen).order_by(_initiatives.c.id)).all()
    joint = (JointInitiative(found, _lead(found, one), _lead(found, other)) for found in whole(rows))
    return [row for row in joint if row.one.slot != row.other.slot]


def _led_from(departments: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        _leads.c.initiative_id == _initiatives.c.id, _leads.c.removed_at.is_(None), _leads.c.slot.in_(SIDES),
        _leads.c.department_code.in_(sorted(departments)),
    )  # fmt: skip


def _lead(initiative: InitiativeView, departments: Collection[str]) -> Held:
    mine = (held for held in initiative.leads if held.slot in SIDES)
    return next(held for held in mine if held.department in departments)


def count_pairs(departments: Collection[str], *, member: int | None = None) -> Mapping[str, int]:
    """How many initiatives under way each other department leads beside one of these; with `member` only where that member leads.
    Numbers alone: whoever asks. One statement."""
    mine, theirs = _leads.alias("mine"), _leads.alias("theirs")
    ours = mine.c.department_code.in_(sorted(departments)) & mine.c.removed_at.is_(None) & mine.c.slot.in_(SIDES)
    if member is not None:
        ours &= mine.c.member_id == member
    rows = db.session.execute(
        select(theirs.c.department_code, func.count(distinct(theirs.c.initiative_id)))
        .join(mine, (mine.c.initiative_id == theirs.c.initiative_id) & (mine.c.slot != theirs.c.slot))
        .join(_initiatives, _initiatives.c.id == theirs.c.initiative_id)
        .where(ours, theirs.c.removed_at.is_(None), theirs.c.slot.in_(SIDES), _initiatives.c.state.in_(OPEN))
        .group_by(theirs.c.department_code)
    )
    return {code: count for code, count in rows if code not in departments}
