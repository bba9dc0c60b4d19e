"""Taking calendar files: each change is a new version, never retroactive, and leaves an audit entry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table

from collab.audit import service as audit
from collab.audit.rules import canonical
from collab.calendars import queries
from collab.calendars.models import CalendarVersion
from collab.kernel import business_time
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.kernel.errors import Invalid, Text
from collab.subjects import service as subjects


def take(data: Mapping[str, Any], *, actor: Actor | None, now: datetime) -> bool:
    """Bring one parsed calendar file in force; the same content again changes nothing and returns False.

    Raises:
        Invalid: the calendar cannot be read; every problem is named.
    """
    try:
        calendar = business_time.parse(data)
    except business_time.BadCalendar as error:
        raise Invalid({"file": Text("error.bad_calendar", {"problem": str(error)})}, "bad_calendar") from error
    body = _as_json(data)
    digest = hashlib.sha256(canonical(body).encode()).hexdigest()
    table: Table = CalendarVersion.__table__  # type: ignore[assignment]
    key = f"calendar:{calendar.code}"
    with atomic():
        subjects.lock_or_introduce(key, "calendar")
        by = actor.email if actor else SYSTEM
        fresh = insert_once(table, code=calendar.code, digest=digest, body=body, imported_at=now, imported_by=by)
        if fresh:
            audit.record("calendar.take", key, actor=actor, at=now, after={"digest": digest})
    queries.forget()
    return fresh


def _as_json(value: Any) -> Any:
    """TOML has days and times of its own; JSON writes them as text."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value
