"""Once a quarter the signed blueprint is held against reality, and both leads read what was found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table

from collab.audit import service as audit
from collab.blueprints.models import Drift
from collab.blueprints.queries.blueprints import find_whole
from collab.blueprints.queries.drift import content, list_due
from collab.blueprints.queries.quarters import quarter_before
from collab.initiatives.queries import PREFIX, InitiativeView
from collab.initiatives.queries.running import open_among
from collab.initiatives.service.holding import locked
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.kernel.keys import key_of
from collab.outbox import service as outbox
from collab.outbox.service import Note

DRIFTED = "blueprint.drifted"
AT_ONCE = 50
_drifts: Table = Drift.__table__  # type: ignore[assignment]


def sweep(*, now: datetime) -> int:
    """Make the reports of the last quarter that is over, each once however many ask for it; returns how many were made now. A
    quarter nobody looked at in time is made when somebody does; one before that is gone."""
    quarter = quarter_before(now)
    due = list_due(quarter, limit=AT_ONCE)
    running = open_among(due)
    return sum(_make(key_of(PREFIX, number), quarter, now) for number in due if number in running)


def _make(key: str, quarter: str, now: datetime) -> bool:
    with atomic():
        initiative = locked(key)
        whole = find_whole(initiative)
        if whole is None:
            return False
        found = content(whole, quarter, now)
        if not insert_once(_drifts, initiative_id=initiative.id, quarter=quarter, content=found, made_at=now):
            return False
        audit.record(
            "blueprint_drift", key, actor=None, at=now, details={"quarter": quarter, "findings": len(found["findings"])}
        )
        _tell(initiative, quarter, now)
        return True


def _tell(initiative: InitiativeView, quarter: str, now: datetime) -> None:
    whom = sorted({held.member for held in initiative.leads})
    notes = [
        Note(DRIFTED, initiative.key, f"{DRIFTED}:{initiative.key}:{quarter}:{member}", member=member, args={"quarter": quarter})
        for member in whom
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)
