"""Which initiatives are not over, for those who wait for something of them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, Table, select

from collab.initiatives.models import Initiative, Lead
from collab.initiatives.rules.moves import CLOSED, SIDES
from collab.kernel.db import db

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]


def open_among(initiatives: Iterable[int]) -> frozenset[int]:
    """Those of these initiatives, by number, that are not closed. One statement."""
    wanted = sorted(set(initiatives))
    here = select(_initiatives.c.id).where(_initiatives.c.id.in_(wanted), _initiatives.c.state != CLOSED)
    return frozenset(db.session.scalars(here)) if wanted else frozenset()


def led_by(members: Iterable[int]) -> Select[tuple[int]]:
    """The numbers of the initiatives which one of these members leads for a side: a select for use inside another statement."""
    seats = (_leads.c.member_id.in_(sorted(set(members)))) & _leads.c.removed_at.is_(None) & _leads.c.slot.in_(SIDES)
    return select(_leads.c.initiative_id).where(seats)
