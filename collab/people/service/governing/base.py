"""What changes of the organisation share: one picture of it, who may hold something, and a series with one holder a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.people.queries.organisation import forget
from collab.people.queries.snapshot import Snapshot, snapshot
from collab.people.rules import Held
from collab.people.service.importing.base import ONE_AT_A_TIME
from collab.people.service.importing.writing import write_snapshot

Fields = Mapping[str, Any]
Problems = dict[str, Text]


def picture() -> Snapshot:
    """The organisation as it is; inside a transaction, nobody else changes it until that ends."""
    if db.session().info.get("unit") and db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    return snapshot()


def write(org: Snapshot, now: datetime) -> None:
    """Write what changed in the picture."""
    write_snapshot(org, now)
    forget()


def refuse(problems: Mapping[str, Text | None]) -> None:
    """Raises Invalid where there is any problem."""
    found = {name: text for name, text in problems.items() if text is not None}
    if found:
        raise Invalid(found)


def unknown(things: Mapping[str, Any], code: str) -> Text | None:
    """What is wrong with a code nobody knows."""
    return None if code in things else Text("control.problem.unknown", {"code": code})


def cannot_hold(org: Snapshot, email: str) -> Text | None:
    """Why somebody can hold nothing that decides: they are no member, have left, or decide nothing."""
    if not org.is_active(email):
        return Text("control.problem.no_member", {"email": email})
    values = org.members[email].values
    if values.get("partner_code") or values.get("is_auditor"):
        return Text("import.problem.decides_nothing")
    return None


def holder_on(held: Sequence[Held], day: date) -> Held | None:
    """Whoever holds it on a day."""
    return next((row for row in held if row.runs_on(day)), None)


def iso(day: date | None) -> str | None:
    """A day as JSON keeps it."""
    return day.isoformat() if day else None
