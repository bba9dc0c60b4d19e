"""Goals as lists and pickers show them, and one by its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import Table, bindparam, select

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.sight import Held, contributors_of, owners_of, relations, visible
from collab.goals.rules import LIVE
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db, run
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.kernel.reading import once_each

_goals: Table = Goal.__table__  # type: ignore[assignment]
KEPT = 128
"""Statements that are kept, each of one viewer: what they ask for is asked anew each time."""


@dataclass(frozen=True)
class GoalView:
    """A goal in brief. `progress` is exact and does not depend on the day; None as long as nothing was measured."""

    id: int
    key: str
    kind: str
    title: str
    outcome: str
    journey_stage: str | None
    starts_on: date | None
    due_on: date | None
    state: str
    result: str | None
    visibility: str
    version: int
    progress_from: str
    progress: Decimal | None
    creator: int | None
    owners: tuple[Held, ...] = ()
    claimed: str | None = None

    @property
    def live(self) -> bool:
        """Whether work may be tied to it."""
        return self.state in LIVE

    @property
    def two_sided(self) -> bool:
        """Whether two sides answer for it."""
        return len(self.owners) > 1


def list_goals(viewer: Actor, *, state: str | None = None, live: bool = False) -> list[GoalView]:
    """Goals the viewer may see, by key. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    return with_owners(run(_listed(viewer, state, live)).all())


@lru_cache(maxsize=KEPT)
def _listed(viewer: Actor, state: str | None, live: bool) -> AnySelect:  # noqa: FBT001 - a fact
    """The statement of a list; only its words are kept, by what a viewer is."""
    wanted = ALL.where(visible(viewer)).order_by(_goals.c.id)
    if state:
        wanted = wanted.where(_goals.c.state == state)
    return wanted.where(_goals.c.state.in_(LIVE)) if live else wanted


def get_goal(viewer: Actor, key: str) -> GoalView:
    """One goal. Raises NotFound, also when the viewer may not see it."""
    goal = find_goal(key)
    if goal is None or not permits.allows("goal.show", relations_of(viewer, goal)):
        raise NotFound
    return goal


def find_goal(key: str) -> GoalView | None:
    """The goal of a key, whoever asks; None if there is none."""
    try:
        number = number_of(PREFIX, key)
    except NotFound:
        return None
    rows = run(_BY_ID, {"id": number}).all()
    return with_owners(rows)[0] if rows else None


def relations_of(viewer: Actor, goal: GoalView) -> frozenset[str]:
    """What a viewer is to one goal."""
    helpers = contributors_of([goal.id]).get(goal.id, ())
    return relations(viewer, visibility=goal.visibility, creator=goal.creator, owners=goal.owners, helpers=helpers)


def list_seen(viewer: Actor, keys: Sequence[str]) -> Mapping[str, GoalView]:
    """Those of `keys` the viewer may see."""
    numbers = [number_of(PREFIX, key) for key in keys]
    rows = db.session.execute(ALL.where(_goals.c.id.in_(numbers), visible(viewer))).all()
    return {goal.key: goal for goal in with_owners(rows)}


def find_brief(viewer: Actor, key: str) -> GoalView | None:
    """One goal without its owners, if the viewer may see it: one statement. Raises NotFound for what is no key of a goal."""
    number = number_of(PREFIX, key)
    return list_briefs(viewer, [number]).get(number)


def list_briefs(viewer: Actor, numbers: Iterable[int]) -> dict[int, GoalView]:
    """Those of these goals the viewer may see, by number and without their owners: one statement, none for no numbers."""
    return {number: view for (_viewer, number), view in _briefs((viewer, number) for number in numbers).items()}


@once_each
def _briefs(pairs: list[tuple[Actor, int]]) -> dict[tuple[Actor, int], GoalView]:
    """Pairs of one and the same viewer and a goal."""
    viewer, wanted = pairs[0][0], sorted(number for _viewer, number in pairs)
    return {(viewer, row.id): _view(row, ()) for row in run(_seen_by(viewer), {"ids": wanted})}


def with_owners(rows: Sequence[AnyRow]) -> list[GoalView]:
    """The views of rows of `ALL`, two statements however many there are."""
    owners = owners_of([row.id for row in rows]) if rows else {}
    return [_view(row, owners.get(row.id, ())) for row in rows]


ALL: AnySelect = select(
    _goals.c.id, _goals.c.kind, _goals.c.title, _goals.c.outcome, _goals.c.journey_stage, _goals.c.starts_on,
    _goals.c.due_on, _goals.c.state, _goals.c.result, _goals.c.visibility, _goals.c.version, _goals.c.progress_from,
    _goals.c.progress, _goals.c.created_by_id, _goals.c.claimed,
)  # fmt: skip

_BY_ID = ALL.where(_goals.c.id == bindparam("id"))


@lru_cache(maxsize=KEPT)
def _seen_by(viewer: Actor) -> AnySelect:
    """Those of the goals bound by `ids` that a viewer may see."""
    return ALL.where(_goals.c.id.in_(bindparam("ids", expanding=True)), visible(viewer))


def _view(row: AnyRow, owners: tuple[Held, ...]) -> GoalView:
    return GoalView(
        row.id, key_of(PREFIX, row.id), row.kind, row.title, row.outcome, row.journey_stage, row.starts_on, row.due_on,
        row.state, row.result, row.visibility, row.version, row.progress_from, row.progress, row.created_by_id, owners,
        row.claimed,
    )  # fmt: skip
