"""Everything that is told of one goal: what its page, its card and `GET /goals/K` show a viewer, in as many statements for a
goal with hundreds of children and measurements as for one with none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Table, func, select

from collab.goals.models import Goal, Shift
from collab.goals.queries.branches import Branch, discreet, tied
from collab.goals.queries.checkins import RECENT, CheckInView, latest_of
from collab.goals.queries.goals import GoalView, find_goal
from collab.goals.queries.habits import today
from collab.goals.queries.hinting import hints_of
from collab.goals.queries.owning import Answering, answering_as_read
from collab.goals.queries.sight import Help, contributors_of, relations, told_of
from collab.goals.queries.standing import Said, Standing, standings_as_read
from collab.goals.queries.tree import Level, Step, count_children, list_round, path_to
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named
from collab.subjects import queries as subjects
from collab.subjects.registry import Summary

_goals: Table = Goal.__table__  # type: ignore[assignment]
_shifts: Table = Shift.__table__  # type: ignore[assignment]

VERBS = (
    "edit", "name_owners", "share", "measure", "check_in", "acknowledge", "discuss", "take_part", "follow", "history", "plan",
    "accept", "decline", "activate", "pause", "resume", "close",
)  # fmt: skip
"""What somebody may do with a goal, as the permit table names it."""


@dataclass(frozen=True)
class Side:
    """One of those who answer for it: for which department, what they accepted, what they last said."""

    held: Answering
    said: Said

    def overdue(self, now: datetime) -> bool:
        """Whether their check-in is late."""
        return self.said.due_at is not None and self.said.due_at < now


@dataclass(frozen=True)
class Ending:
    """What is kept of a goal's life beside its state."""

    created_at: datetime
    activated_at: datetime | None
    paused_at: datetime | None
    pause_reason: str | None
    closed_at: datetime | None
    lesson: str | None
    final_progress: Fraction | None


@dataclass(frozen=True)
class Paper:
    """One goal before one viewer. `can` are the verbs they may do now, `why_not` says of the others why not; `names` has
    everybody who is spoken of by member id, `departments` every department by code."""

    goal: GoalView
    standing: Standing
    life: Ending
    relations: frozenset[str]
    sides: Sequence[Side]
    helpers: Sequence[Help]
    parents: Sequence[Branch]
    children: Level
    below: int
    path: Sequence[Step]
    checkins: Sequence[CheckInView]
    moved: int
    hints: Sequence[Text]
    related: Sequence[Summary]
    can: frozenset[str]
    why_not: Mapping[str, Text]
    wish: str | None
    names: Mapping[int, Named]
    departments: Mapping[str, AnyRow]
    orphan: bool
    seq: int
    day: date

    @property
    def waiting_for(self) -> Sequence[Side]:
        """Owners who have not accepted yet."""
        return [side for side in self.sides if side.held.accepted_at is None]

    @property
    def by_department(self) -> Mapping[str, Sequence[Branch]]:
        """The children that are shown, under each department that answers for them."""
        found: dict[str, list[Branch]] = {}
        for one in self.children.lines:
            for held in one.goal.owners:
                found.setdefault(held.department, []).append(one)
        return found


def get_paper(viewer: Actor, key: str, now: datetime) -> Paper:
    """Look at a goal. Raises NotFound, also when the viewer may not see it."""
    goal = find_goal(key)
    if goal is None:
        raise NotFound
    helpers = contributors_of([goal.id]).get(goal.id, ())
    mine = relations(viewer, visibility=goal.visibility, creator=goal.creator, owners=goal.owners, helpers=helpers)
    if not permits.allows("goal.show", mine):
        raise NotFound
    return _paper(viewer, goal, helpers, mine, now)


def _paper(viewer: Actor, goal: GoalView, helpers: Sequence[Help], mine: frozenset[str], now: datetime) -> Paper:
    inside = not viewer.is_partner
    parents, children, metrics = list_round(viewer, goal.id, now=now)
    standing = standings_as_read([goal], now=now, metrics=metrics)[goal.id]
    if not inside:
        standing = discreet(standing)
    checkins = latest_of(viewer, goal, limit=RECENT)
    sides = _sides(answering_as_read(goal.owners), standing, inside=inside)
    can, why_not = _may(mine, goal.state)
    told = told_of(viewer, helpers)
    held = bool(parents) or bool(tied([goal.id]))
    names = people.names_of(_spoken_of(goal, told, checkins, [*parents, *children.lines]))
    life, moved = _life(goal.id, inside=inside)
    wish, seq = subjects.regard(viewer.id, goal.key)
    return Paper(
        goal, standing, life, mine, sides, told, parents, children, _below(viewer, goal.id, children),
        path_to(viewer, goal.id) if held else [], checkins, moved if inside else 0,
        hints_of(goal, standing.metrics, tied=held, names=names) if inside else (), subjects.list_related(viewer, goal.key),
        can, why_not, wish, names, {row.code: row for row in people.list_departments()}, goal.kind == "goal" and not held,
        seq, today(now),
    )  # fmt: skip


def _sides(held: Sequence[Answering], standing: Standing, *, inside: bool) -> Sequence[Side]:
    """Both sides; a guest reads who they are, not what they think of it."""
    said = {one.side: one for one in standing.said}
    if inside:
        return [Side(one, spoken) for one in held if (spoken := said.get(one.side)) is not None]
    quiet = [replace(one, means=None, decline_reason=None) for one in held]
    return [Side(one, Said(one.side, one.member, None, None, None, None)) for one in quiet]


def _spoken_of(
    goal: GoalView, helpers: Sequence[Help], said: Sequence[CheckInView], lines: Sequence[Branch]
) -> set[int]:
    near = {held.member for held in goal.owners} | {one.member for one in helpers} | {one.member for one in said}
    acknowledged = {one.acknowledged_by for one in said if one.acknowledged_by is not None}
    others = {held.member for line in lines for held in line.goal.owners}
    return near | acknowledged | others | ({goal.creator} if goal.creator is not None else set())


def _may(mine: frozenset[str], state: str) -> tuple[frozenset[str], Mapping[str, Text]]:
    refusals = {verb: permits[f"goal.{verb}"].refusal(mine, state) for verb in VERBS}
    why_not = {verb: refusal.text for verb, refusal in refusals.items() if refusal is not None}
    return frozenset(VERBS) - why_not.keys(), why_not


def _life(goal: int, *, inside: bool) -> tuple[Ending, int]:
    """What is kept of its life; the words about it are for the company, not for guests. And how often its goalposts moved."""
    moved = select(func.count()).select_from(_shifts).where(_shifts.c.goal_id == goal).scalar_subquery()
    row = db.session.execute(
        select(
            _goals.c.created_at, _goals.c.activated_at, _goals.c.paused_at, _goals.c.pause_reason, _goals.c.closed_at,
            _goals.c.lesson, _goals.c.final_progress, moved.label("moved"),
        ).where(_goals.c.id == goal)
    ).one()  # fmt: skip
    ending = Ending(*row[:6], _exact(row.final_progress))
    return (ending if inside else replace(ending, pause_reason=None, lesson=None)), row.moved


def _exact(figure: Decimal | None) -> Fraction | None:
    return None if figure is None else Fraction(figure)


def _below(viewer: Actor, goal: int, children: Level) -> int:
    """How many children the viewer may see; asked of the database only where one page does not hold them."""
    return count_children(viewer, goal) if children.more else len(children.lines)
