"""Initiatives by what is looked for: mine, those of a department or of a side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, case, exists, false, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.initiatives.models import PREFIX, Initiative, Lead, Participant
from collab.initiatives.queries.initiatives import InitiativeView, whole
from collab.initiatives.queries.sight import visible
from collab.initiatives.rules.moves import OPEN, RUNNING, SIDES, STATES
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
_participants: Table = Participant.__table__  # type: ignore[assignment]
_one, _other = _leads.alias("one"), _leads.alias("other")
OPEN_ONES = "open"
SORTS = ("state", "attention", "newest", "title")
_BY_STATE = case(
    {state: place for place, state in enumerate((*reversed(RUNNING), *[one for one in STATES if one not in RUNNING]))},
    value=_initiatives.c.state,
)
"""What runs first, what is over last."""


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed. `state` may also be "open"; `mine`: the viewer leads it or takes part; `department` (a code)
    leads it or takes part; `side`: a department of that side leads it; `cross_silo`: today its leads are of two sides (False:
    they are not, or one is missing). A guest narrows by `state` alone: the rest would tell them who else is there."""

    state: str | None = None
    mine: bool = False
    department: str | None = None
    side: str | None = None
    cross_silo: bool | None = None
    sort: str = "state"


def list_initiatives(
    viewer: Actor, narrowed: Filter, *, offset: int = 0, limit: int = 50
) -> tuple[list[InitiativeView], int]:
    """The initiatives a viewer may see, and how many there are in all. Raises NotAllowed."""
    permits.check("initiative.list", viewer.roles)
    chosen = visible(viewer) & _chosen(viewer, narrowed)
    count = db.session.scalar(select(func.count()).select_from(_initiatives).where(chosen)) or 0
    order = {
        "state": (_BY_STATE, _initiatives.c.id.desc()),
        "attention": _by_worry(viewer),
        "newest": (_initiatives.c.id.desc(),),
        "title": (func.lower(_initiatives.c.title), _initiatives.c.id),
    }[narrowed.sort]
    page = select(_initiatives).where(chosen).order_by(*order).offset(offset).limit(limit)
    return whole(db.session.execute(page).all()), count


def _by_worry(viewer: Actor) -> tuple[ColumnElement[Any], ...]:
    """What either side says is off track first, then at risk, then what runs; what is over last.
    A guest reads no health: not by the order either."""
    if viewer.is_partner:
        return _BY_STATE, _initiatives.c.id.desc()
    over = case((_initiatives.c.state.in_(OPEN), 0), else_=1)
    worry = case((_said("off_track"), 0), (_said("at_risk"), 1), else_=2)
    return over, worry, _BY_STATE, _initiatives.c.id.desc()


def _said(health: str) -> ColumnElement[bool]:
    """Somebody who leads it said so last."""
    return exists().where(
        _leads.c.initiative_id == _initiatives.c.id, _leads.c.removed_at.is_(None), _leads.c.health == health
    )


def list_of_member(member: int) -> Sequence[str]:
    """Initiatives that are not closed which somebody leads or takes part in, by key."""
    wanted = select(_initiatives.c.id).where(_near(member), _initiatives.c.state.in_(OPEN)).order_by(_initiatives.c.id)
    return [key_of(PREFIX, number) for number in db.session.scalars(wanted)]


def _led_by_two(pair: ColumnElement[bool]) -> ColumnElement[bool]:
    """The two leads of the sides as they are now, judged together by `pair`."""
    return exists().where(
        _one.c.initiative_id == _initiatives.c.id, _other.c.initiative_id == _initiatives.c.id,
        _one.c.slot == SIDES[0], _other.c.slot == SIDES[1],
        _one.c.removed_at.is_(None), _other.c.removed_at.is_(None), pair,
    )  # fmt: skip


def _chosen(viewer: Actor, narrowed: Filter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if narrowed.state:
        found &= (
            _initiatives.c.state.in_(OPEN) if narrowed.state == OPEN_ONES else _initiatives.c.state == narrowed.state
        )
    if narrowed.mine:
        found &= _near(viewer.id)
    if viewer.is_partner:
        told = narrowed.department or narrowed.side or narrowed.cross_silo is not None
        return false() if told else found
    if narrowed.department:
        found &= _of_department(narrowed.department)
    if narrowed.side:
        found &= _led_from([code for code, side in people.department_sides().items() if side == narrowed.side])
    if narrowed.cross_silo is not None:
        found &= _crossing() if narrowed.cross_silo else ~_crossing()
    return found


def _near(member: int) -> ColumnElement[bool]:
    leads = select(_leads.c.initiative_id).where(_leads.c.member_id == member, _leads.c.removed_at.is_(None))
    parts = select(_participants.c.initiative_id).where(
        _participants.c.member_id == member, _participants.c.removed_at.is_(None)
    )
    return _initiatives.c.id.in_(leads.union(parts))


def _of_department(code: str) -> ColumnElement[bool]:
    parts = select(_participants.c.initiative_id).where(
        _participants.c.department_code == code, _participants.c.removed_at.is_(None)
    )
    leads = select(_leads.c.initiative_id).where(_leads.c.department_code == code, _leads.c.removed_at.is_(None))
    return _initiatives.c.id.in_(leads.union(parts))


def _led_from(codes: Collection[str]) -> ColumnElement[bool]:
    """A department of these leads for one of the two sides."""
    return _initiatives.c.id.in_(
        select(_leads.c.initiative_id).where(
            _leads.c.department_code.in_(codes), _leads.c.removed_at.is_(None), _leads.c.slot.in_(SIDES)
        )
    )


def _crossing() -> ColumnElement[bool]:
    """Its two leads stand for departments of two sides, as sides are today."""
    sides = people.department_sides()
    pairs = [
        and_(
            _one.c.department_code.in_([code for code, side in sides.items() if side == each]),
            _other.c.department_code.in_([code for code, side in sides.items() if side != each]),
        )
        for each in sorted(set(sides.values()))
    ]
    return _led_by_two(or_(false(), *pairs))
