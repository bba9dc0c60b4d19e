"""The route book in force, and how long its steps usually take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Table, select

from collab.approvals.models import Round, RouteVersion, Seat
from collab.approvals.rules import book as books
from collab.kernel.db import db, run
from collab.kernel.errors import NotNow

_seats: Table = Seat.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
_NEWEST = select(RouteVersion.id).order_by(RouteVersion.id.desc()).limit(1)
_parsed: dict[int, books.Book] = {}

LOOK_BACK = timedelta(days=180)


def current_book() -> tuple[int, books.Book]:
    """The newest version and its number; one transaction sees one version. Raises NotNow before any were taken."""
    notes = db.session().info["unit"].notes if "unit" in db.session().info else {}
    version = notes.get("route.version") or run(_NEWEST).scalar()
    notes["route.version"] = version
    if version is None:
        raise NotNow("no_routes")
    if version not in _parsed:
        files = db.session.scalars(select(RouteVersion.files).where(RouteVersion.id == version)).one()
        _parsed[version] = books.parse([tomllib.loads(text) for text in files])
    return version, _parsed[version]


def files_in_force() -> list[str]:
    """The route files as they were taken last; none before any were."""
    newest = select(RouteVersion.files).order_by(RouteVersion.id.desc()).limit(1)
    return list(db.session.scalar(newest) or [])


def usual_times(now: datetime) -> Mapping[str, timedelta]:
    """The median time from question to decision over half a year, per office or step name."""
    rows = db.session.execute(
        select(_rounds.c.route, _seats.c.step, _seats.c.office, _seats.c.opened_at, _seats.c.decided_at)
        .join(_rounds, _rounds.c.id == _seats.c.round_id)
        .where(_seats.c.decided_at > now - LOOK_BACK)
        .order_by(_seats.c.decided_at.desc())
        .limit(2000)
    )
    taken: dict[str, list[float]] = {}
    for route, step, office, opened_at, decided_at in rows:
        seconds = (decided_at - opened_at).total_seconds()
        for name in {office or "", route["steps"][step]["name_en"]} - {""}:
            taken.setdefault(name, []).append(seconds)
    return {name: timedelta(seconds=median(values)) for name, values in taken.items()}


def forget() -> None:
    """Between tests that change databases."""
    _parsed.clear()
