"""The customer's way, step by step: who owns a journey stage, to which it hands over, which goals are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, func, select

from collab.goals.models import Goal, Stage
from collab.goals.queries.branches import BY_STATE
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.sight import visible
from collab.goals.rules.moves import OPEN
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.permits import permits
from collab.kernel.reading import once

_stages: Table = Stage.__table__  # type: ignore[assignment]
_goals: Table = Goal.__table__  # type: ignore[assignment]
MOST = 12
"""How many goals of a stage are named."""

_ORDER = (_stages.c.position, _stages.c.code)


@dataclass(frozen=True)
class StageView:
    """One stage with the open goals the viewer may see there, MOST of them, and how many there are. `hands_over` says, in the
    company's words, what goes to the stage `hands_to`."""

    code: str
    position: int
    name_en: str
    name_ja: str
    department: str | None
    hands_to: str | None
    hands_over: str | None
    version: int
    goals: Sequence[GoalView] = ()
    total: int = 0


def list_stages(viewer: Actor) -> list[StageView]:
    """All stages in their order, each with goals, what runs first; four statements however many there are. Raises
    NotAllowed."""
    permits.check("stage.list", viewer.roles)
    there = (_goals.c.journey_stage.isnot(None), _goals.c.state.in_(OPEN), visible(viewer))
    totals = select(_goals.c.journey_stage, func.count().label("n")).where(*there).group_by(_goals.c.journey_stage)
    counted = {row.journey_stage: row.n for row in db.session.execute(totals)}
    nearest = func.row_number().over(partition_by=_goals.c.journey_stage, order_by=(BY_STATE, _goals.c.id))
    ranked = ALL.add_columns(nearest.label("place")).where(*there).subquery()
    shown = select(ranked).where(ranked.c.place <= MOST).order_by(ranked.c.place)
    found = with_owners(db.session.execute(shown).all())
    return [
        _view(row, [goal for goal in found if goal.journey_stage == row.code], counted.get(row.code, 0))
        for row in db.session.execute(select(_stages).order_by(*_ORDER))
    ]


def find_stage(code: str) -> StageView | None:
    """One of them without its goals; None if there is none."""
    row = db.session.execute(select(_stages).where(_stages.c.code == code)).one_or_none()
    return _view(row) if row else None


def stage_names() -> list[StageView]:
    """All of them in their order, for pickers and labels."""
    return [_view(row) for row in db.session.execute(select(_stages).order_by(*_ORDER))]


@once
def stages_by_code() -> Mapping[str, StageView]:
    """The same, by code."""
    return {one.code: one for one in stage_names()}


def _view(row: AnyRow, goals: Sequence[GoalView] = (), total: int = 0) -> StageView:
    return StageView(
        row.code, row.position, row.name_en, row.name_ja, row.department_code, row.hands_to, row.hands_over, row.version,
        tuple(goals), total,
    )  # fmt: skip
