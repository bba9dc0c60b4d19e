"""Who sees which goal: one rule as a condition for lists, and the same for one goal as relations of the permit table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    String,
    Table,
    bindparam,
    exists,
    false,
    null,
    or_,
    select,
    true,
    union_all,
)

from collab.goals.models import Contributor, Goal, Owner
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db, run

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_contributors: Table = Contributor.__table__  # type: ignore[assignment]


def visible(viewer: Actor, goals: FromClause = _goals) -> ColumnElement[bool]:
    """The goals a viewer may see, as a condition on the table of goals, or on an alias of it.

    The company sees a goal unless it is narrowed; then only those involved: its owners, whoever helps, whoever set it, and
    the leads of its owners' departments. A guest sees what they were named a contributor of, and nothing else. Auditors
    see all.
    """
    if not viewer.active:
        return false()
    if viewer.is_auditor:
        return true()
    helps = exists().where(
        _contributors.c.goal_id == goals.c.id,
        _contributors.c.member_id == viewer.id,
        _contributors.c.removed_at.is_(None),
    )
    if viewer.is_partner:
        return helps
    answers = exists().where(
        _owners.c.goal_id == goals.c.id,
        _owners.c.removed_at.is_(None),
        or_(_owners.c.member_id == viewer.id, _owners.c.department_code.in_(viewer.leads)),
    )
    return or_(goals.c.visibility == "company", goals.c.created_by_id == viewer.id, helps, answers)


def near(member: int) -> ColumnElement[bool]:
    """The goals somebody answers for or helps with, as a condition on the table of goals."""
    answers = select(_owners.c.goal_id).where(_owners.c.member_id == member, _owners.c.removed_at.is_(None))
    helps = select(_contributors.c.goal_id).where(
        _contributors.c.member_id == member, _contributors.c.removed_at.is_(None)
    )
    return _goals.c.id.in_(answers.union(helps))


@dataclass(frozen=True)
class Held:
    """Somebody who answers for a goal now. `row` is all that is kept of it, for queries that tell more."""

    id: int
    goal: int
    side: int
    department: str
    member: int
    accepted: bool
    row: AnyRow | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Help:
    """Somebody who helps now."""

    member: int
    may_check_in: bool


_OWNERS = (
    select(_owners)
    .where(_owners.c.goal_id.in_(bindparam("goals", expanding=True)), _owners.c.removed_at.is_(None))
    .order_by(_owners.c.side)
)


def owners_of(goals: Iterable[int]) -> Mapping[int, tuple[Held, ...]]:
    """Who answers for each of these goals, by side."""
    found: dict[int, tuple[Held, ...]] = {}
    for row in run(_OWNERS, {"goals": list(goals)}):
        held = Held(row.id, row.goal_id, row.side, row.department_code, row.member_id, row.accepted_at is not None, row)
        found[row.goal_id] = (*found.get(row.goal_id, ()), held)
    return found


def contributors_of(goals: Iterable[int]) -> Mapping[int, tuple[Help, ...]]:
    """Who else helps with each of these goals."""
    rows = db.session.execute(
        select(_contributors.c.goal_id, _contributors.c.member_id, _contributors.c.may_check_in)
        .where(_contributors.c.goal_id.in_(list(goals)), _contributors.c.removed_at.is_(None))
        .order_by(_contributors.c.id)
    )
    found: dict[int, tuple[Help, ...]] = {}
    for row in rows:
        found[row.goal_id] = (*found.get(row.goal_id, ()), Help(row.member_id, row.may_check_in))
    return found


def told_of(viewer: Actor, helpers: Iterable[Help]) -> list[Help]:
    """Whom of those who help a viewer reads of: a guest of themselves, of nobody else."""
    return [one for one in helpers if not viewer.is_partner or one.member == viewer.id]


def relations(
    viewer: Actor, *, visibility: str, creator: int | None, owners: Iterable[Held], helpers: Iterable[Help] = ()
) -> frozenset[str]:
    """What a viewer is to one goal, as the permit table names it.

    `owner` answers for it, `asked` is an owner who has not accepted yet, `helper` contributes, `checker` may measure and
    check in as one, `creator` set it, `home_lead` leads a department of an owner, `company_visible` sees it as everybody.
    """
    owners, helpers = list(owners), list(helpers)
    mine = [held for held in owners if held.member == viewer.id]
    help_ = [one for one in helpers if one.member == viewer.id]
    what = {
        "owner": bool(mine),
        "asked": any(not held.accepted for held in mine),
        "helper": bool(help_),
        "checker": any(one.may_check_in for one in help_),
        "creator": creator == viewer.id,
        "home_lead": any(held.department in viewer.leads for held in owners),
        "company_visible": visibility == "company" and not viewer.is_partner,
    }
    if not viewer.active:
        return frozenset()
    if viewer.is_partner:  # a guest is what they were named, and nothing by department or by having once been a member
        what = {name: held and name in ("helper", "checker") for name, held in what.items()}
    return viewer.roles | {name for name, held in what.items() if held}


@dataclass(frozen=True)
class Involved:
    """What of a goal decides who may see it, and the two words a line about it says."""

    id: int
    title: str
    state: str
    visibility: str
    creator: int | None
    owners: tuple[Held, ...]
    helpers: tuple[Help, ...]

    def relations(self, viewer: Actor) -> frozenset[str]:
        """What a viewer is to it."""
        return relations(
            viewer, visibility=self.visibility, creator=self.creator, owners=self.owners, helpers=self.helpers
        )


_OWN = select(
    _owners.c.goal_id, _owners.c.id, _owners.c.member_id, _owners.c.side, _owners.c.department_code,
    _owners.c.accepted_at.is_not(None).label("accepted"), null().cast(Boolean).label("may_check_in"),
).where(_owners.c.removed_at.is_(None), _owners.c.goal_id.in_(bindparam("goals", expanding=True)))  # fmt: skip
_HELP = select(
    _contributors.c.goal_id, _contributors.c.id, _contributors.c.member_id, null().cast(Integer), null().cast(String),
    null().cast(Boolean), _contributors.c.may_check_in,
).where(_contributors.c.removed_at.is_(None), _contributors.c.goal_id.in_(bindparam("goals", expanding=True)))  # fmt: skip
_people = union_all(_OWN, _HELP).subquery("people")
_INVOLVED = (
    select(
        _goals.c.id, _goals.c.title, _goals.c.state, _goals.c.visibility, _goals.c.created_by_id,
        _people.c.id.label("tie"), _people.c.member_id, _people.c.side, _people.c.department_code, _people.c.accepted,
        _people.c.may_check_in,
    )
    .outerjoin(_people, _people.c.goal_id == _goals.c.id)
    .where(_goals.c.id.in_(bindparam("goals", expanding=True)))
    .order_by(_goals.c.id)
)  # fmt: skip


def involved(goals: Iterable[int]) -> list[Involved]:
    """Those of these goals that exist, with everybody who has to do with them: for many viewers at once. One statement."""
    rows = run(_INVOLVED, {"goals": list(goals)})
    return [_involved(list(those)) for _goal, those in groupby(rows, key=lambda row: row.id)]


def _involved(rows: Sequence[AnyRow]) -> Involved:
    goal = rows[0]
    owners = (
        Held(row.tie, row.id, row.side, row.department_code, row.member_id, row.accepted)
        for row in rows
        if row.side is not None
    )
    helpers = (Help(row.member_id, row.may_check_in) for row in rows if row.may_check_in is not None)
    return Involved(goal.id, goal.title, goal.state, goal.visibility, goal.created_by_id, tuple(owners), tuple(helpers))
