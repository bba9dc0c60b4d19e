"""What a blueprint is made of, as it stands: points, requirements, data sources, definitions. Whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from collab.blueprints.models import Definition, DefinitionGoal, Point, Requirement, Source, SourceUse
from collab.kernel.db import AnyRow, db

_points: Table = Point.__table__  # type: ignore[assignment]
_requirements: Table = Requirement.__table__  # type: ignore[assignment]
_sources: Table = Source.__table__  # type: ignore[assignment]
_uses: Table = SourceUse.__table__  # type: ignore[assignment]
_definitions: Table = Definition.__table__  # type: ignore[assignment]
_definition_goals: Table = DefinitionGoal.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Justified:
    """What an item is for: a stage of the customer's way and a goal, or the reason why it serves neither."""

    journey_stage: str | None
    goal: int | None
    unjustified_reason: str | None


@dataclass(frozen=True)
class PointView(Justified):
    """A process meets a system; `owner_1` and `owner_2` answer for it, one of each side."""

    id: int
    process: str
    system: str
    detail: str | None
    owner_1: int
    owner_2: int


@dataclass(frozen=True)
class RequirementView(Justified):
    """What `side` needs of the other. `answerer` is who was named to answer, and then who did."""

    id: int
    initiative: int
    side: int
    title: str
    detail: str | None
    needed_by_on: date | None
    state: str
    asker: int
    asked_at: datetime
    due_at: datetime | None
    answerer: int | None
    answer: str | None
    promised_on: date | None
    answered_at: datetime | None
    met_at: datetime | None


@dataclass(frozen=True)
class SourceView(Justified):
    """A data source, whose it is and who may use it. `individual`: it can be joined at the level of one customer."""

    id: int
    name: str
    detail: str | None
    department: str
    owner: int
    personal_data: bool
    individual: bool
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class DefinitionView:
    """What a word means. `goals` are numbers of goals whose metric uses it, whoever may see them."""

    id: int
    initiative: int
    term: str
    meaning: str
    version: int
    ratified_version: int | None
    writer: int
    goals: tuple[int, ...]

    @property
    def ratified(self) -> bool:
        """Whether both sides signed the meaning as it is written now."""
        return self.ratified_version == self.version

    @property
    def paper(self) -> str:
        """The name of its paper."""
        return paper_of(self.id)


def paper_of(definition: int) -> str:
    """`definition-3`."""
    return f"definition-{definition}"


def points_of(initiative: int) -> list[PointView]:
    """Meeting points that were not taken away, as they were written."""
    here = (_points.c.initiative_id == initiative) & _points.c.removed_at.is_(None)
    return [_point(row) for row in db.session.execute(select(_points).where(here).order_by(_points.c.id))]


def find_point(initiative: int, number: int) -> PointView | None:
    """One that is there still."""
    return next((one for one in points_of(initiative) if one.id == number), None)


def requirements_of(initiative: int) -> list[RequirementView]:
    """Every requirement, as they were asked."""
    here = select(_requirements).where(_requirements.c.initiative_id == initiative)
    return [requirement(row) for row in db.session.execute(here.order_by(_requirements.c.id))]


def find_requirement(initiative: int, number: int) -> RequirementView | None:
    """One of an initiative."""
    here = (_requirements.c.initiative_id == initiative) & (_requirements.c.id == number)
    row = db.session.execute(select(_requirements).where(here)).one_or_none()
    return requirement(row) if row else None


def sources_of(initiative: int) -> list[SourceView]:
    """Data sources that were not taken away, with who may use them. Two statements."""
    here = (_sources.c.initiative_id == initiative) & _sources.c.removed_at.is_(None)
    rows = db.session.execute(select(_sources).where(here).order_by(_sources.c.id)).all()
    used = _by(
        select(_uses.c.source_id, _uses.c.department_code).where(_uses.c.source_id.in_([row.id for row in rows])), rows
    )
    return [_source(row, used.get(row.id, ())) for row in rows]


def find_source(initiative: int, number: int) -> SourceView | None:
    """One that is there still."""
    return next((one for one in sources_of(initiative) if one.id == number), None)


def definitions_of(initiative: int) -> list[DefinitionView]:
    """Definitions that were not taken away. Two statements."""
    return definitions((_definitions.c.initiative_id == initiative) & _definitions.c.removed_at.is_(None))


def definitions(where: Any) -> list[DefinitionView]:
    """Definitions by a condition on their table."""
    rows = db.session.execute(select(_definitions).where(where).order_by(_definitions.c.id)).all()
    tied = select(_definition_goals.c.definition_id, _definition_goals.c.goal_id).where(
        _definition_goals.c.definition_id.in_([row.id for row in rows])
    )
    goals = _by(tied, rows)
    return [
        DefinitionView(
            row.id, row.initiative_id, row.term, row.meaning, row.version, row.ratified_version, row.written_by_id,
            goals.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def definitions_using(goals: Iterable[int]) -> list[DefinitionView]:
    """Definitions these goals use."""
    using = select(_definition_goals.c.definition_id).where(_definition_goals.c.goal_id.in_(list(goals)))
    return definitions(_definitions.c.id.in_(using) & _definitions.c.removed_at.is_(None))


def find_definition(initiative: int, number: int) -> DefinitionView | None:
    """One that is there still."""
    return next((one for one in definitions_of(initiative) if one.id == number), None)


def requirement(row: AnyRow) -> RequirementView:
    """A row of the table of requirements."""
    return RequirementView(
        *_justified(row), row.id, row.initiative_id, row.side, row.title, row.detail, row.needed_by_on, row.state, row.asker_id,
        row.asked_at, row.due_at, row.answerer_id, row.answer, row.promised_on, row.answered_at, row.met_at,
    )  # fmt: skip


def _point(row: AnyRow) -> PointView:
    return PointView(*_justified(row), row.id, row.process, row.system, row.detail, row.owner_1_id, row.owner_2_id)


def _source(row: AnyRow, used_by: tuple[str, ...]) -> SourceView:
    return SourceView(
        *_justified(row), row.id, row.name, row.detail, row.department_code, row.owner_id, row.personal_data,
        row.individual, used_by,
    )  # fmt: skip


def _justified(row: AnyRow) -> tuple[str | None, int | None, str | None]:
    return row.journey_stage, row.goal_id, row.unjustified_reason


def _by(statement: Any, rows: Sequence[AnyRow]) -> Mapping[int, tuple[Any, ...]]:
    """Pairs as tuples by their first part, in order."""
    found: dict[int, tuple[Any, ...]] = {}
    for key, value in sorted(tuple(pair) for pair in db.session.execute(statement)) if rows else ():
        found[key] = (*found.get(key, ()), value)
    return found
