"""Initiatives as lists show them, and one by its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, select

from collab.initiatives.models import PREFIX, Initiative, InitiativeGoal
from collab.initiatives.queries.sight import Held, Part, leads_of, participants_of, relations, visible
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_goals: Table = InitiativeGoal.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class InitiativeView:
    """An initiative in brief, with whoever leads it and takes part in it. `goals` are numbers of goals, whoever may see them."""

    id: int
    key: str
    state: str
    version: int
    kind: str
    title: str
    problem: str
    journey_stage: str
    hypothesis: str | None
    measured_by: str | None
    stops_on: date | None
    visibility: str
    creator: int
    created_at: datetime
    started_at: datetime | None
    closed_at: datetime | None
    result: str | None
    outcome: str | None
    lesson: str | None
    leads: tuple[Held, ...] = ()
    parts: tuple[Part, ...] = ()
    goals: tuple[int, ...] = ()

    def lead(self, slot: int) -> Held | None:
        """Who leads for a slot now."""
        return next((held for held in self.leads if held.slot == slot), None)

    def slot_of(self, member: int) -> int | None:
        """The slot a member leads for now."""
        return next((held.slot for held in self.leads if held.member == member), None)

    @property
    def departments(self) -> frozenset[str]:
        """Departments that take part, by code."""
        led = (held.department for held in self.leads)
        return frozenset([*led, *(one.department for one in self.parts if one.department)])


def find_initiative(key: str) -> InitiativeView | None:
    """The initiative of a key, whoever asks; None if there is none."""
    try:
        number = number_of(PREFIX, key)
    except NotFound:
        return None
    rows = db.session.execute(select(_initiatives).where(_initiatives.c.id == number)).all()
    return whole(rows)[0] if rows else None


def get_initiative(viewer: Actor, key: str) -> InitiativeView:
    """One initiative. Raises NotFound, also when the viewer may not see it."""
    found = find_initiative(key)
    if found is None or not permits.allows("initiative.show", relations_of(viewer, found)):
        raise NotFound
    return found


def relations_of(viewer: Actor, initiative: InitiativeView) -> frozenset[str]:
    """What a viewer is to one initiative."""
    return relations(
        viewer, visibility=initiative.visibility, creator=initiative.creator, leads=initiative.leads, parts=initiative.parts
    )  # fmt: skip


def list_seen(viewer: Actor, keys: Sequence[str]) -> Mapping[str, InitiativeView]:
    """Those of `keys` the viewer may see."""
    numbers = [number_of(PREFIX, key) for key in keys]
    rows = db.session.execute(select(_initiatives).where(_initiatives.c.id.in_(numbers), visible(viewer))).all()
    return {found.key: found for found in whole(rows)}


def whole(rows: Sequence[AnyRow]) -> list[InitiativeView]:
    """The views of rows of the table, three statements however many there are."""
    ids = [row.id for row in rows]
    leads, parts, goals = (leads_of(ids), participants_of(ids), goals_of(ids)) if ids else ({}, {}, {})
    return [_view(row, leads.get(row.id, ()), parts.get(row.id, ()), goals.get(row.id, ())) for row in rows]


def goals_of(initiatives: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
    """The numbers of the goals each of these initiatives serves."""
    wanted = select(_goals.c.initiative_id, _goals.c.goal_id).where(_goals.c.initiative_id.in_(list(initiatives)))
    found: dict[int, tuple[int, ...]] = {}
    for row in db.session.execute(wanted.order_by(_goals.c.goal_id)):
        found[row.initiative_id] = (*found.get(row.initiative_id, ()), row.goal_id)
    return found


def _view(row: AnyRow, leads: tuple[Held, ...], parts: tuple[Part, ...], goals: tuple[int, ...]) -> InitiativeView:
    return InitiativeView(
        row.id, key_of(PREFIX, row.id), row.state, row.version, row.kind, row.title, row.problem, row.journey_stage,
        row.hypothesis, row.measured_by, row.stops_on, row.visibility, row.created_by_id, row.created_at, row.started_at,
        row.closed_at, row.result, row.outcome, row.lesson, leads, parts, goals,
    )  # fmt: skip
