"""Goals by what is looked for: mine, and all with filters, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, exists, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.goals.models import PREFIX, Owner
from collab.goals.queries.branches import BY_STATE, Branch, branches, discreet, goals, weight, worst_first
from collab.goals.queries.goals import ALL, with_owners
from collab.goals.queries.sight import near, visible
from collab.goals.queries.standing import standings_as_read
from collab.goals.rules.moves import OPEN
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db
from collab.kernel.keys import numbers_of
from collab.kernel.permits import permits
from collab.kernel.recordset import these

OPEN_ONES = "open"
_MOST_WORDS = 8
_AT_ONCE = 500
_owners: Table = Owner.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed. `mine`: I answer for it or help; `state` may also be "open"; `department` answers for it;
    `q` are words of which every one stands in its title or outcome; `keys` are those a figure counted."""

    mine: bool = False
    state: str | None = None
    status: str | None = None
    department: str | None = None
    stage: str | None = None
    kind: str | None = None
    q: str | None = None
    keys: frozenset[str] | None = None


def find_goals(
    viewer: Actor, narrowed: Filter, *, now: datetime, offset: int = 0, limit: int = 50
) -> tuple[list[Branch], int]:
    """The goals a viewer may see, what runs first, and how many there are in all. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    chosen = visible(viewer) & _chosen(viewer, narrowed)
    wanted = ALL.where(chosen).order_by(BY_STATE, goals.c.id)
    if narrowed.status:
        return _by_status(viewer, wanted, narrowed.status, now, offset, limit)
    count = db.session.scalar(select(func.count()).select_from(goals).where(chosen)) or 0
    rows = db.session.execute(wanted.offset(offset).limit(limit)).all()
    return branches(viewer, rows, now), count


def find_worst(
    viewer: Actor, narrowed: Filter, *, now: datetime, offset: int = 0, limit: int = 50
) -> tuple[list[Branch], int]:
    """The same, the worst of what runs first: off track, dark, owners apart, at risk. How goals stand depends on the day: where
    more than 500 fit, they are weighed page by page. Raises NotAllowed."""
    permits.check("goal.list", viewer.roles)
    chosen = visible(viewer) & _chosen(viewer, narrowed)
    count = db.session.scalar(select(func.count()).select_from(goals).where(chosen)) or 0
    if narrowed.status or count > _AT_ONCE:
        found, count = find_goals(viewer, narrowed, now=now, offset=offset, limit=limit)
        return worst_first(found), count
    rows = db.session.execute(ALL.where(chosen)).all()
    seen = with_owners(rows)
    stands = standings_as_read(seen, now=now)
    if viewer.is_partner:
        stands = {number: discreet(one) for number, one in stands.items()}
    place = {goal.id: at for at, goal in enumerate(sorted(seen, key=lambda goal: weight(goal, stands[goal.id])))}
    page = sorted(rows, key=lambda row: place[row.id])[offset : offset + limit]
    return branches(viewer, page, now), count


def list_mine(viewer: Actor, *, now: datetime, limit: int = 20) -> list[Branch]:
    """Goals that are not over and for which the viewer answers or helps, the worst first. Raises NotAllowed."""
    return worst_first(find_goals(viewer, Filter(mine=True, state=OPEN_ONES), now=now, limit=limit)[0])


def _by_status(
    viewer: Actor, wanted: AnySelect, status: str, now: datetime, offset: int, limit: int
) -> tuple[list[Branch], int]:
    """The status depends on the day and on the company's thresholds: it is computed of all that run, not looked up."""
    rows = db.session.execute(wanted.where(goals.c.state.in_(("active", "paused")))).all()
    found: list[AnyRow] = []
    for at in range(0, len(rows), _AT_ONCE):
        some = rows[at : at + _AT_ONCE]
        stands = standings_as_read(with_owners(some), now=now)
        found += [row for row in some if stands[row.id].status == status]
    return branches(viewer, found[offset : offset + limit], now), len(found)


def _chosen(viewer: Actor, narrowed: Filter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if narrowed.mine:
        found &= near(viewer.id)
    if narrowed.state == OPEN_ONES:
        found &= goals.c.state.in_(OPEN)
    elif narrowed.state:
        found &= goals.c.state == narrowed.state
    if narrowed.department:
        answers = _owners.c.removed_at.is_(None) & (_owners.c.department_code == narrowed.department)
        found &= exists().where(_owners.c.goal_id == goals.c.id, answers)
    for column, value in ((goals.c.journey_stage, narrowed.stage), (goals.c.kind, narrowed.kind)):
        if value:
            found &= column == value
    if narrowed.keys is not None:
        found &= goals.c.id.in_(these(numbers_of(PREFIX, narrowed.keys)))
    return found & _says(narrowed.q) if narrowed.q else found


def _says(words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    for word in words.split()[:_MOST_WORDS]:
        found &= or_(goals.c.title.icontains(word, autoescape=True), goals.c.outcome.icontains(word, autoescape=True))
    return found
