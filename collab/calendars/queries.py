"""The business calendars in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from collab.calendars.models import CalendarVersion
from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.kernel.remember import Remembered

_parsed: dict[int, BusinessCalendar] = {}


def list_calendars() -> list[BusinessCalendar]:
    """Every calendar in force, by code."""
    return [_newest()[code] for code in sorted(_newest())]


def get_calendar(code: str) -> BusinessCalendar:
    """The calendar of a code. Raises NotFound."""
    found = _newest().get(code)
    if found is None:
        raise NotFound
    return found


def calendar_or_default(code: str) -> BusinessCalendar:
    """The calendar of a code, else the company's own: a deadline never fails for want of a calendar."""
    calendars = _newest()
    found = calendars.get(code) or calendars.get(company().calendar)
    if found is None:
        raise NotFound
    return found


def list_versions() -> Sequence[AnyRow]:
    """Every version there ever was, the newest first: number, code, when it was taken, and by whom."""
    columns = (CalendarVersion.id, CalendarVersion.code, CalendarVersion.imported_at, CalendarVersion.imported_by)
    return db.session.execute(select(*columns).order_by(CalendarVersion.id.desc())).all()


def find_newest(code: str) -> AnyRow | None:
    """Number, digest and body of the version in force, asked afresh; None for a code nobody knows."""
    columns = (CalendarVersion.id, CalendarVersion.digest, CalendarVersion.body)
    newest = select(*columns).where(CalendarVersion.code == code).order_by(CalendarVersion.id.desc()).limit(1)
    return db.session.execute(newest).one_or_none()


def was_taken(code: str, digest: str) -> bool:
    """Whether a version with this digest was ever in force."""
    same = (CalendarVersion.code == code) & (CalendarVersion.digest == digest)
    return db.session.scalar(select(CalendarVersion.id).where(same)) is not None


def find_body(code: str) -> Mapping[str, Any] | None:
    """What the version in force says; None for a code nobody knows."""
    row = find_newest(code)
    return row.body if row else None


def _ask() -> Mapping[str, BusinessCalendar]:
    newest = select(func.max(CalendarVersion.id)).group_by(CalendarVersion.code)
    rows = db.session.execute(
        select(CalendarVersion.id, CalendarVersion.code, CalendarVersion.body).where(CalendarVersion.id.in_(newest))
    )
    return {
        code: _parsed.get(row_id) or _parsed.setdefault(row_id, business_time.parse(body))
        for row_id, code, body in rows
    }


_newest = Remembered(_ask, seconds=5)


def forget() -> None:
    """Ask the database again: after an import in this process, and between tests."""
    _parsed.clear()
    _newest.forget()
