"""One wait under its subject's lock, and how somebody stands to it."""

from __future__ import annotations

from sqlalchemy import Table, select

from collab.escalations.models import Escalation, Notice
from collab.escalations.queries import IS_OPEN
from collab.escalations.rules import people
from collab.escalations.rules.states import ACKNOWLEDGED, ENDED, EXHAUSTED
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.people.queries import names_of
from collab.subjects import service as subjects

_waits: Table = Escalation.__table__  # type: ignore[assignment]
_notices: Table = Notice.__table__  # type: ignore[assignment]


def held(escalation_id: int) -> AnyRow:
    """The row, with its subject locked for the rest of the transaction. Raises NotFound."""
    subject = run(select(_waits.c.subject_key).where(_waits.c.id == escalation_id)).scalar()
    if subject is None:
        raise NotFound
    subjects.lock(subject)
    return run(select(_waits).where(_waits.c.id == escalation_id).with_for_update()).one()


def first_open(subject: str) -> int | None:
    """The wait of a subject that is furthest gone: the one that fell due first."""
    rows = select(_waits.c.id).where(_waits.c.subject_key == subject, IS_OPEN)
    return run(rows.order_by(_waits.c.due_at, _waits.c.id).limit(1)).scalar()


def check(verb: str, actor: Actor, row: AnyRow, *, as_party: bool = False) -> None:
    """Raises NotAllowed, NotNow: with who sees to it, or whose it is. `as_party`: the feature vouches for the actor, who
    stands where whoever waits for it stands."""
    vouched = {"other"} if as_party else set()
    try:
        permits.check(verb, relations_of(actor, row) | actor.roles | vouched, row.state)
    except NotNow as error:
        raise _why_not_now(row) or error from None


def _why_not_now(row: AnyRow) -> NotNow | None:
    if row.state == ENDED:
        return NotNow("escalation_over")
    if row.state == EXHAUSTED:
        return NotNow("escalation_exhausted", who=names_of([row.owner_id])[row.owner_id])
    if row.state == ACKNOWLEDGED:
        who = names_of([row.acknowledged_by_id])[row.acknowledged_by_id]
        return NotNow("escalation_taken", who=who, until=row.next_at)
    return None


def relations_of(actor: Actor, row: AnyRow) -> frozenset[str]:
    """How a member stands to a wait, in the words of the permit rows."""
    found = {
        "late": actor.id == row.late_id,
        "other": actor.id == row.other_id,
        "owner": actor.id == row.owner_id,
        "late_lead": row.department in actor.leads,
        "other_lead": row.other_department in actor.leads,
        "told": _was_told(actor.id, row.id),
    }
    return frozenset(name for name, holds in found.items() if holds)


def _was_told(member: int, escalation_id: int) -> bool:
    mine = (_notices.c.escalation_id == escalation_id) & (_notices.c.member_id == member)
    really = _notices.c.skipped.is_(None) & (_notices.c.why != people.ADMIN)
    return run(select(_notices.c.id).where(mine, really).limit(1)).first() is not None
