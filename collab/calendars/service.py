"""Taking calendar files: each change is a new version, never retroactive, and leaves an audit entry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table

from collab.audit import service as audit
from collab.audit.rules import canonical
from collab.calendars import queries, rules
from collab.calendars.models import CalendarVersion
from collab.controls.registry import Around, Picture
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
        digest = _told_apart(calendar.code, digest)
        by = actor.email if actor else SYSTEM
        fresh = insert_once(table, code=calendar.code, digest=digest, body=body, imported_at=now, imported_by=by)
        if fresh:
            audit.record("calendar.take", key, actor=actor, at=now, after={"digest": digest})
    queries.forget()
    return fresh


def _told_apart(code: str, digest: str) -> str:
    """What was in force before and is to be so again is a version of its own."""
    newest = queries.find_newest(code)
    if newest is None or newest.digest == digest or not queries.was_taken(code, digest):
        return digest
    return hashlib.sha256(f"{newest.id}:{digest}".encode()).hexdigest()


def check_version(fields: Mapping[str, Any], _around: Around) -> Picture:
    """A proposed version as things stand. Raises Invalid with everything that is wrong with it."""
    data, calendar = _read(fields["text"])
    newest = queries.find_body(calendar.code)
    before = rules.facts(newest) if newest else {}
    return Picture(f"calendar:{calendar.code}", "calendar", before, rules.facts(_as_json(data)))


def take_version(fields: Mapping[str, Any], around: Around) -> None:
    """Bring a confirmed version in force. What is due already keeps its date."""
    data, _calendar = _read(fields["text"])
    take(data, actor=around.proposer, now=around.now)


def _read(text: str) -> tuple[Mapping[str, Any], business_time.BusinessCalendar]:
    try:
        return rules.read(text)
    except rules.BadText as error:
        raise Invalid({"text": Text("error.bad_calendar", {"problem": str(error)})}, "bad_calendar") from error


def _as_json(value: Any) -> Any:
    """TOML has days and times of its own; JSON writes them as text."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value
