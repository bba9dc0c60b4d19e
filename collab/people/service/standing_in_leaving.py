"""Arrangements end: one that is ended by hand, and all of somebody who leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, select, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.people.models import Secretary
from collab.people.queries.actors import get_actor
from collab.people.service.access import subject_of
from collab.subjects import service as subjects

_secretaries: Table = Secretary.__table__  # type: ignore[assignment]


def end_secretaries(member: int, *, by: Actor | None, now: datetime) -> None:
    """Within the transaction in which a member leaves: nobody assists them, they assist nobody."""
    theirs = (Secretary.principal_id == member) | (Secretary.secretary_id == member)
    for row in db.session.scalars(select(Secretary).where(theirs, Secretary.ended_at.is_(None))).all():
        end_one(row, by, now)


def end_one(row: Secretary, by: Actor | None, now: datetime) -> None:
    """End one arrangement. Raises NotNow when somebody did already."""
    principal, secretary = get_actor(row.principal_id, now), get_actor(row.secretary_id, now)
    subjects.lock_or_introduce(subject_of(principal.email), "member")
    still = (_secretaries.c.id == row.id) & _secretaries.c.ended_at.is_(None)
    if db.session.execute(update(_secretaries).where(still).values(ended_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    after = {"secretary": secretary.email}
    audit.record("secretary_ended", subject_of(principal.email), actor=by, at=now, after=after)
