"""People go: what waits for somebody who left waits for the lead of their department; what somebody who is away sees to is
seen to by nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from collab.audit import service as audit
from collab.escalations.models import Escalation
from collab.escalations.queries import IS_OPEN
from collab.escalations.rules import people
from collab.escalations.rules.policies import thaw
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, EXHAUSTED
from collab.escalations.service.people_of import Here, people_of, sides_of
from collab.escalations.service.waits import FROM_THE_TOP
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.subjects import service as subjects

_waits: Table = Escalation.__table__  # type: ignore[assignment]


def let_go(member: int, *, now: datetime) -> int:
    """A member is away or gone: acknowledgements of theirs run out now, so the climb goes on. Returns how many."""
    with atomic():
        mine = (_waits.c.acknowledged_by_id == member) & (_waits.c.state == ACKNOWLEDGED) & (_waits.c.next_at > now)
        _hold(mine)
        return run(update(_waits).where(mine).values(next_at=now)).rowcount


def move_on(member: int, *, now: datetime) -> int:
    """A member left: what waited for them waits for the lead of the department, or whoever is next in line, who gets a last
    chance of their own. With nobody there it stays, and the climb finds out. Returns how many moved.

    What they owned after all loops looks for another owner, and what they waited for is waited for by the lead of their
    department. The feature may know better and move it again (`put_off`, `pass_on`), or end it.
    """
    with atomic():
        theirs = or_(_waits.c.late_id == member, _waits.c.other_id == member, _waits.c.owner_id == member) & IS_OPEN
        _hold(theirs)
        rows = run(select(_waits).where(theirs).order_by(_waits.c.subject_key, _waits.c.id)).all()
        if not rows:
            return 0
        here = people_of(rows, [thaw(row.policy) for row in rows], now)
        for row in rows:
            _give_up(row, member, here, now)
        return sum(_hand_over(row, here, now) for row in rows if row.late_id == member)


def _hold(which: ColumnElement[bool]) -> None:
    """Subjects before waits, in one order: whoever acts on them does it in the same."""
    for subject in (
        run(select(_waits.c.subject_key).where(which).distinct().order_by(_waits.c.subject_key)).scalars().all()
    ):
        subjects.lock(subject)


def _give_up(row: AnyRow, member: int, here: Here, now: datetime) -> None:
    """They own it no longer, and do not wait for it: the end of the climb is run again, for whoever is there today."""
    change: dict[str, Any] = {}
    if row.owner_id == member and row.state == EXHAUSTED:
        change |= {"state": CLIMBING, "owner_id": None, "next_at": now}
    if row.other_id == member:
        change["other_id"] = _heir(row.other_department, member, here)
    if change:
        run(update(_waits).where(_waits.c.id == row.id).values(**change))


def _hand_over(row: AnyRow, here: Here, now: datetime) -> bool:
    heir = _heir(row.department, row.late_id, here)
    if heir is None:
        return False
    change = {**FROM_THE_TOP, "late_id": heir, "next_at": max(row.due_at, now)}
    run(update(_waits).where(_waits.c.id == row.id).values(**change))
    details = {"wait": row.key, "watch": row.watch, "from": here.email(sides_of(row).late), "to": here.email(heir)}
    audit.record("escalation_handed_on", row.subject_key, actor=None, at=now, details={**details, "why": people.LEFT})
    return True


def _heir(department: str | None, member: int, here: Here) -> int | None:
    """The lead of a department, else whoever is next above a member of it and here."""
    line = (here.organisation.leads.get(department or ""), *here.organisation.above(member, department))
    return next((one for one in line if one not in (None, member) and not here.organisation.missing(one)), None)
