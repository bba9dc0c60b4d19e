"""The goal tree, level by level, as one viewer may see it: a goal that is hidden from them is neither named nor counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from collab.goals.models import PREFIX
from collab.goals.queries.branches import BY_STATE, PAGE, Branch, branches, goals, ties, worst_first
from collab.goals.queries.goals import ALL, GoalView
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.sight import visible
from collab.goals.rules.tree import DEEPEST
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db
from collab.kernel.keys import key_of
from collab.kernel.permits import permits

_up = goals.alias("up")
_TIE = (ties.c.kind.label("tie"), ties.c.share)
_BY_KIND = case({"vision": 0, "promise": 1}, value=goals.c.kind, else_=2)


@dataclass(frozen=True)
class Level:
    """Some lines of one level; `more` says that there are further ones from `next` on."""

    lines: Sequence[Branch]
    more: bool = False
    next: int = 0


@dataclass(frozen=True)
class Step:
    """One goal on the way up."""

    key: str
    title: str
    kind: str


def list_roots(viewer: Actor, *, now: datetime, offset: int = 0) -> Level:
    """Visions first, then promises that hang under nothing the viewer may see. Raises NotAllowed."""
    return _level(viewer, _rooted(viewer, goals.c.kind != "goal").order_by(_BY_KIND, goals.c.id), now, offset)


def list_loose(viewer: Actor, *, now: datetime, offset: int = 0) -> Level:
    """Goals that hang under nothing the viewer may see: orphans, and those whose parents are hidden. Raises NotAllowed."""
    running = goals.c.state != "closed"
    return _level(viewer, _rooted(viewer, goals.c.kind == "goal", running).order_by(BY_STATE, goals.c.id), now, offset)


def list_children(viewer: Actor, goal: int, *, now: datetime, offset: int = 0) -> Level:
    """What hangs under a goal, what runs first, the worst of a page first. Raises NotAllowed."""
    found = _level(viewer, _children_of(viewer, goal), now, offset)
    return Level(worst_first(found.lines), found.more, found.next)


def list_twigs(viewer: Actor, above: Sequence[int], *, now: datetime, most: int) -> Mapping[int, Sequence[Branch]]:
    """The first children of each of these goals, the worst of those first. As many statements for many as for one."""
    if not above:
        return {}
    place = func.row_number().over(
        partition_by=ties.c.parent_id, order_by=(BY_STATE, ties.c.share.desc(), goals.c.id)
    )  # fmt: skip
    ranked = (
        select(ties.c.parent_id, ties.c.child_id, place.label("place"))
        .join(goals, goals.c.id == ties.c.child_id)
        .where(ties.c.parent_id.in_(above), visible(viewer))
        .subquery()
    )
    at = (ties.c.parent_id == ranked.c.parent_id) & (ties.c.child_id == ranked.c.child_id)
    wanted = ALL.add_columns(*_TIE, ties.c.parent_id).join(ties, ties.c.child_id == goals.c.id).join(ranked, at)
    rows = db.session.execute(wanted.where(ranked.c.place <= most).order_by(goals.c.id)).all()
    found: dict[int, list[Branch]] = {}
    for row, one in zip(rows, branches(viewer, rows, now), strict=True):
        found.setdefault(row.parent_id, []).append(one)
    return {parent: worst_first(some) for parent, some in found.items()}


def branch_of(viewer: Actor, goal: GoalView, *, now: datetime) -> Branch:
    """One goal as a line."""
    return branches(viewer, db.session.execute(ALL.where(goals.c.id == goal.id)).all(), now)[0]


def list_round(
    viewer: Actor, goal: int, *, now: datetime
) -> tuple[list[Branch], Level, Mapping[int, tuple[MetricView, ...]]]:
    """What a goal hangs under, the greatest share first; its children as `list_children` has them; and its own metrics. Raises
    NotAllowed."""
    permits.check("goal.list", viewer.roles)
    above = db.session.execute(_parents_of(viewer, goal)).all()
    below = db.session.execute(_children_of(viewer, goal).limit(PAGE + 1)).all()
    own: dict[int, tuple[MetricView, ...]] = {goal: ()}
    found = branches(viewer, [*above, *below[:PAGE]], now, own)
    parents, children = found[: len(above)], found[len(above) :]
    return parents, Level(worst_first(children), len(below) > PAGE, PAGE), own


def count_children(viewer: Actor, goal: int) -> int:
    """How many children of a goal the viewer may see."""
    seen = ties.c.parent_id == goal, visible(viewer)
    counted = select(func.count()).select_from(ties).join(goals, goals.c.id == ties.c.child_id).where(*seen)
    return db.session.scalar(counted) or 0


def path_to(viewer: Actor, goal: int) -> list[Step]:
    """The way from the root down to the goal's nearest parent; where it has several, along the greatest share."""
    above = _ancestors(viewer, goal)
    path: list[Step] = []
    at = goal
    while at in above and len(path) < DEEPEST:
        row = above[at]
        path.append(Step(key_of(PREFIX, row.parent_id), row.title, row.kind))
        at = row.parent_id
    return path[::-1]


def _ancestors(viewer: Actor, goal: int) -> Mapping[int, AnyRow]:
    """For the goal and each of its ancestors the parent its way goes by."""
    up = select(ties.c.child_id, ties.c.parent_id, literal(1).label("depth")).where(ties.c.child_id == goal)
    way = up.cte("way", recursive=True)
    higher = select(ties.c.child_id, ties.c.parent_id, way.c.depth + 1)
    way = way.union(higher.where(ties.c.child_id == way.c.parent_id, way.c.depth < DEEPEST))
    rows = db.session.execute(
        select(ties.c.child_id, ties.c.parent_id, goals.c.title, goals.c.kind)
        .distinct()
        .join(way, (way.c.child_id == ties.c.child_id) & (way.c.parent_id == ties.c.parent_id))
        .join(goals, goals.c.id == ties.c.parent_id)
        .where(visible(viewer))
        .add_columns(ties.c.share)
    ).all()
    return {row.child_id: row for row in sorted(rows, key=lambda row: (row.share or 0, -row.parent_id))}


def _children_of(viewer: Actor, goal: int) -> AnySelect:
    return (
        ALL.add_columns(*_TIE)
        .join(ties, ties.c.child_id == goals.c.id)
        .where(ties.c.parent_id == goal, visible(viewer))
        .order_by(BY_STATE, ties.c.share.desc(), goals.c.id)
    )


def _parents_of(viewer: Actor, goal: int) -> AnySelect:
    return (
        ALL.add_columns(*_TIE)
        .join(ties, ties.c.parent_id == goals.c.id)
        .where(ties.c.child_id == goal, visible(viewer))
        .order_by(ties.c.kind, ties.c.share.desc(), goals.c.id)
    )


def _rooted(viewer: Actor, *criteria: ColumnElement[bool]) -> AnySelect:
    above = exists().where(
        ties.c.child_id == goals.c.id, ties.c.parent_id == _up.c.id, visible(viewer, _up)
    )  # fmt: skip
    return ALL.where(visible(viewer), *criteria, ~above)


def _level(viewer: Actor, wanted: AnySelect, now: datetime, offset: int) -> Level:
    permits.check("goal.list", viewer.roles)
    rows = db.session.execute(wanted.offset(offset).limit(PAGE + 1)).all()
    return Level(branches(viewer, rows[:PAGE], now), len(rows) > PAGE, offset + PAGE)
