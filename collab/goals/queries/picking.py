"""Goals something may be tied to, as a form offers them."""

from __future__ import annotations

from sqlalchemy import Table, case, or_, select

from collab.goals.models import PREFIX, Goal, Owner
from collab.goals.queries.goals import GoalView
from collab.goals.queries.sight import visible
from collab.goals.rules.moves import OPEN
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
MOST = 100
"""How many are offered; any other is named by its key."""


def list_parents_to_pick(viewer: Actor, goal: GoalView | None = None) -> list[tuple[str, str]]:
    """Open goals the viewer sees, with their titles: visions and promises first, then those of the viewer's departments."""
    ours = _goals.c.id.in_(
        select(_owners.c.goal_id).where(
            _owners.c.removed_at.is_(None),
            or_(_owners.c.member_id == viewer.id, _owners.c.department_code.in_(viewer.departments)),
        )
    )
    wanted = select(_goals.c.id, _goals.c.title).where(visible(viewer), _goals.c.state.in_(OPEN))
    if goal is not None:
        wanted = wanted.where(_goals.c.id != goal.id)
    first = case({"vision": 0, "promise": 1}, value=_goals.c.kind, else_=case((ours, 2), else_=3))
    rows = db.session.execute(wanted.order_by(first, _goals.c.id.desc()).limit(MOST))
    return [(key_of(PREFIX, row.id), row.title) for row in rows]
