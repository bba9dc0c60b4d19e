"""The business calendars in force."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from collab.calendars.models import CalendarVersion
from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.company import company
from collab.kernel.db import db
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
