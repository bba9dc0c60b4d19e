"""Whether somebody could act on a wait: for edges that hide a button. The verb itself asks again, under the lock."""

from __future__ import annotations

from sqlalchemy import Table, select

from collab.escalations.models import Escalation
from collab.escalations.service.holding import relations_of
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.permits import permits

_waits: Table = Escalation.__table__  # type: ignore[assignment]


def may(verb: str, actor: Actor, escalation_id: int) -> bool:
    """Whether the verb would be permitted to this member now."""
    row = db.session.execute(select(_waits).where(_waits.c.id == escalation_id)).one_or_none()
    return row is not None and permits.allows(verb, relations_of(actor, row) | actor.roles, row.state)
