"""The second path: what cannot be told to somebody in Slack is told to those who can mend it, once, and to the log."""

from __future__ import annotations

from datetime import datetime

import structlog

from collab.kernel.db import AnyRow
from collab.outbox.registry import TROUBLE
from collab.outbox.service.enqueueing import Note, enqueue_once
from collab.slack import identity

log = structlog.get_logger(__name__)


def unreachable(row: AnyRow, error: str, *, now: datetime) -> None:
    """A recipient cannot be reached in Slack: the administrators hear once a week per recipient and error."""
    log.warning("outbox.unreachable", lane=row.lane, error=error, message=row.id)
    year, week, _day = now.isocalendar()
    _tell(row, error, f"{row.lane}:{error}:{year}-W{week:02}", now)


def broken(row: AnyRow, error: str, *, now: datetime) -> None:
    """A message was given up for a reason of ours: the administrators hear once a day per error."""
    log.error("outbox.broken", message=row.id, kind=row.kind, error=error)
    _tell(row, error, f"{error}:{now.date()}", now)


def _tell(row: AnyRow, error: str, occasion: str, now: datetime) -> None:
    if row.kind == TROUBLE:
        return  # about an administrator who cannot be told: the page and the log have it
    args = {"member": row.member_id, "channel": row.channel, "error": error, "message": row.id}
    notes = [
        Note(TROUBLE, row.subject_key, f"trouble:{occasion}:{admin.id}", member=admin.id, args=args, urgent=True)
        for admin in identity.everybody()
        if admin.active and admin.is_admin and admin.id != row.member_id
    ]
    enqueue_once(*notes, now=now)
