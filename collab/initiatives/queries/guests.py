"""What a guest who takes part in an initiative sees of it: the least. Everything else of it is for members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, select

from collab.initiatives.models import Milestone
from collab.initiatives.queries.initiatives import InitiativeView
from collab.kernel.actor import Actor
from collab.kernel.db import db

_milestones: Table = Milestone.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Guest:
    """`milestones` are (title, day) of those that were not dropped; `part` is the guest's own."""

    key: str
    state: str
    title: str
    problem: str
    journey_stage: str
    part: str | None
    milestones: tuple[tuple[str, date], ...]


def least_of(viewer: Actor, initiatives: Iterable[InitiativeView]) -> list[Guest]:
    """Initiatives as a guest sees them; that they may see them is settled before. One statement however many there are."""
    initiatives = list(initiatives)
    due = _due([one.id for one in initiatives])
    return [
        Guest(
            one.key, one.state, one.title, one.problem, one.journey_stage,
            next((part.part for part in one.parts if part.member == viewer.id), None), due.get(one.id, ()),
        )
        for one in initiatives
    ]  # fmt: skip


def _due(initiatives: list[int]) -> Mapping[int, tuple[tuple[str, date], ...]]:
    wanted = select(_milestones.c.initiative_id, _milestones.c.title, _milestones.c.due_on).where(
        _milestones.c.initiative_id.in_(initiatives), _milestones.c.state != "dropped"
    )
    found: dict[int, tuple[tuple[str, date], ...]] = {}
    for row in db.session.execute(wanted.order_by(_milestones.c.due_on, _milestones.c.id)):
        found[row.initiative_id] = (*found.get(row.initiative_id, ()), (row.title, row.due_on))
    return found
