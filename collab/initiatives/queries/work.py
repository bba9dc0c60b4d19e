"""What an initiative is steered by: its milestones, its log, its constraints, and what its leads said of its health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, select

from collab.initiatives.models import Constraint, Entry, Health, Milestone
from collab.initiatives.rules.health import Divergence, Said, divergence
from collab.initiatives.rules.moves import SIDES
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound

_milestones: Table = Milestone.__table__  # type: ignore[assignment]
_entries: Table = Entry.__table__  # type: ignore[assignment]
_constraints: Table = Constraint.__table__  # type: ignore[assignment]
_health: Table = Health.__table__  # type: ignore[assignment]
OPEN = "open"


@dataclass(frozen=True)
class MilestoneView:
    """One thing to reach by a day; `owners` are of side 1 and side 2."""

    id: int
    title: str
    due_on: date
    owners: tuple[int, int]
    state: str
    note: str | None
    created_by: int
    created_at: datetime
    ended_at: datetime | None

    def is_late(self, today: date) -> bool:
        """Whether its day is over and nobody has said what became of it."""
        return self.state == OPEN and self.due_on < today


def list_milestones(initiative: int) -> list[MilestoneView]:
    """All of them: what is open by its day first, then what has ended, the newest first."""
    rows = db.session.execute(select(_milestones).where(_milestones.c.initiative_id == initiative)).all()
    found = [_milestone(row) for row in rows]
    still = sorted((one for one in found if one.state == OPEN), key=lambda one: (one.due_on, one.id))
    return [
        *still,
        *sorted((one for one in found if one.ended_at), key=lambda one: one.ended_at or one.created_at, reverse=True),
    ]


def get_milestone(initiative: int, number: int) -> MilestoneView:
    """One of an initiative. Raises NotFound."""
    chosen = (_milestones.c.id == number) & (_milestones.c.initiative_id == initiative)
    row = db.session.execute(select(_milestones).where(chosen)).one_or_none()
    if row is None:
        raise NotFound
    return _milestone(row)


def _milestone(row: AnyRow) -> MilestoneView:
    return MilestoneView(
        row.id, row.title, row.due_on, (row.owner_1_id, row.owner_2_id), row.state, row.note, row.created_by_id,
        row.created_at, row.ended_at,
    )  # fmt: skip


@dataclass(frozen=True)
class EntryView:
    """A line of the log: a risk, a decision or a release."""

    id: int
    kind: str
    text: str
    reason: str | None
    weight: str | None
    owner: int | None
    on: date
    written_by: int
    written_at: datetime
    closed_at: datetime | None
    close_note: str | None

    @property
    def open(self) -> bool:
        """Whether it is a risk that is not over."""
        return self.kind == "risk" and self.closed_at is None


_WEIGHTS = {"high": 0, "medium": 1, "low": 2}


def list_entries(initiative: int) -> list[EntryView]:
    """The log: open risks first, the heaviest on top; then everything else, the newest first."""
    rows = db.session.execute(select(_entries).where(_entries.c.initiative_id == initiative)).all()
    found = sorted((_entry(row) for row in rows), key=lambda one: (one.on, one.id), reverse=True)
    risks = sorted((one for one in found if one.open), key=lambda one: _WEIGHTS[one.weight or "low"])
    return [*risks, *(one for one in found if not one.open)]


def get_entry(initiative: int, number: int) -> EntryView:
    """One of an initiative. Raises NotFound."""
    chosen = (_entries.c.id == number) & (_entries.c.initiative_id == initiative)
    row = db.session.execute(select(_entries).where(chosen)).one_or_none()
    if row is None:
        raise NotFound
    return _entry(row)


def _entry(row: AnyRow) -> EntryView:
    return EntryView(
        row.id, row.kind, row.text, row.reason, row.weight, row.owner_id, row.on, row.written_by_id, row.written_at, row.closed_at,
        row.close_note,
    )  # fmt: skip


@dataclass(frozen=True)
class ConstraintView:
    """A limit the work runs into, and who can lift it."""

    id: int
    kind: str
    text: str
    lifter: int
    written_by: int
    written_at: datetime
    lifted_at: datetime | None
    lifted_by: int | None
    lift_note: str | None

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return self.lifted_at is None


def list_constraints(initiative: int) -> list[ConstraintView]:
    """What stands first, the oldest on top; then what was lifted, the newest first."""
    rows = db.session.execute(
        select(_constraints).where(_constraints.c.initiative_id == initiative).order_by(_constraints.c.id)
    ).all()
    found = [_constraint(row) for row in rows]
    gone = sorted((one for one in found if not one.open), key=lambda one: one.lifted_at or one.written_at, reverse=True)
    return [*(one for one in found if one.open), *gone]


def get_constraint(initiative: int, number: int) -> ConstraintView:
    """One of an initiative. Raises NotFound."""
    chosen = (_constraints.c.id == number) & (_constraints.c.initiative_id == initiative)
    row = db.session.execute(select(_constraints).where(chosen)).one_or_none()
    if row is None:
        raise NotFound
    return _constraint(row)


def _constraint(row: AnyRow) -> ConstraintView:
    return ConstraintView(
        row.id, row.kind, row.text, row.lifter_id, row.written_by_id, row.written_at, row.lifted_at, row.lifted_by_id,
        row.lift_note,
    )  # fmt: skip


def healths_of(initiatives: Iterable[int]) -> Mapping[int, list[Said]]:
    """By initiative, everything its leads ever said of its health, the oldest first. One statement."""
    found: dict[int, list[Said]] = defaultdict(list)
    wanted = select(_health).where(_health.c.initiative_id.in_(list(initiatives)))
    for row in db.session.execute(wanted.order_by(_health.c.at, _health.c.id)):
        found[row.initiative_id].append(Said(row.slot, row.member_id, row.health, row.note, row.at))
    return found


def divergences(initiatives: Iterable[int], now: datetime) -> Mapping[int, Divergence]:
    """Those of these initiatives whose two sides differ, how far and since when."""
    found = {number: divergence(said, now) for number, said in healths_of(initiatives).items()}
    return {number: one for number, one in found.items() if one is not None}


def said_by_sides(said: Iterable[Said]) -> list[Said]:
    """What the two sides said, without the third lead."""
    return [one for one in said if one.slot in SIDES]
