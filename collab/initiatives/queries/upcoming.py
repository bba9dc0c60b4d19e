"""What comes next in initiatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Table, select

from collab.initiatives.models import Initiative, Lead, Milestone
from collab.initiatives.rules.moves import OPEN, SIDES
from collab.kernel.db import db

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
_milestones: Table = Milestone.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Upcoming:
    """A milestone that is not reached yet."""

    title: str
    due_on: date


def next_milestones(initiatives: Iterable[int]) -> Mapping[int, Upcoming]:
    """Of each of these initiatives the open milestone due first, late ones too. One statement."""
    is_open = _milestones.c.initiative_id.in_(list(initiatives)) & (_milestones.c.state == "open")
    columns = (_milestones.c.initiative_id, _milestones.c.title, _milestones.c.due_on)
    found: dict[int, Upcoming] = {}
    for row in db.session.execute(select(*columns).where(is_open).order_by(_milestones.c.due_on, _milestones.c.id)):
        found.setdefault(row.initiative_id, Upcoming(row.title, row.due_on))
    return found


def led_by() -> Select[Any]:
    """Who leads an initiative under way for one of the two sides, for use inside another statement: its `id` and `title`, the `slot`
    and the `member_id`."""
    return (
        select(_initiatives.c.id, _initiatives.c.title, _leads.c.slot, _leads.c.member_id)
        .join(_leads, (_leads.c.initiative_id == _initiatives.c.id) & _leads.c.removed_at.is_(None))
        .where(_initiatives.c.state.in_(OPEN), _leads.c.slot.in_(SIDES))
    )
