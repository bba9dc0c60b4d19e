"""What was written about an incident, for search: what is said in public, what happened, why, what was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from collab.incidents.models import PREFIX, Incident
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import numbers_of


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """By the key of its task. One statement."""
    found = db.session.scalars(select(Incident).where(Incident.task_id.in_(numbers_of(PREFIX, keys))))
    return {
        row.key: " ".join(
            filter(
                None, (row.text, row.answer, row.what_happened, row.root_cause, row.findings, row.false_alarm_reason)
            )
        )
        for row in found
    }


def insiders(viewer: Actor, keys: Sequence[str]) -> set[str]:
    """Colleagues read every incident."""
    return set(keys) if viewer.roles & {"member", "auditor"} else set()
