"""What is known of the token in use, and of the places to be shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from collab.kernel.db import AnyRow, AnySelect, db, read_alone
from collab.slack.models import Act, Event, Installation, Screen

_INSTALLATION: AnySelect = select(Installation.team_id, Installation.app_id, Installation.enterprise_id).where(
    Installation.token_hash == bindparam("hash")
)


def find_installation(token_hash: str) -> AnyRow | None:
    """The workspace, app and organisation a token was found to belong to."""
    rows = read_alone(_INSTALLATION, {"hash": token_hash})
    return rows[0] if rows else None


def last_heard() -> datetime | None:
    """When something came from Slack that had an effect, of the last days (`service.KEPT`)."""
    moments = (db.session.scalar(select(func.max(table.at))) for table in (Act, Event))
    return max((moment for moment in moments if moment is not None), default=None)


def is_heard(kind: str) -> bool:
    """Whether an event of this kind came in the last days."""
    return db.session.scalar(select(Event.event_id).where(Event.kind == kind).limit(1)) is not None


def next_screen() -> datetime | None:
    """When a place is to be shown next."""
    return db.session.scalar(select(func.min(Screen.due_at)))


def find_screen(slot: str) -> Screen | None:
    """What is known of a place."""
    return db.session.get(Screen, slot, populate_existing=True)
