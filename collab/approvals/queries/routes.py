"""The route book in force, and how long its steps usually take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Table, bindparam, select

from collab.approvals.models import Round, RouteVersion, Seat
from collab.approvals.rules import book as books
from collab.approvals.rules import parsing
from collab.kernel.db import Moment, db, run
from collab.kernel.errors import NotNow
from collab.kernel.reading import once

_seats: Table = Seat.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
_NEWEST = select(RouteVersion.id).order_by(RouteVersion.id.desc()).limit(1)
_parsed: dict[int, books.Book] = {}

LOOK_BACK = timedelta(days=180)


def current_book() -> tuple[int, books.Book]:
    """The newest version and its number; one transaction sees one version. Raises NotNow before any were taken."""
    notes = db.session().info["unit"].notes if "unit" in db.session().info else {}
    version = notes.get("route.version") or _newest()
    notes["route.version"] = version
    if version is None:
        raise NotNow("no_routes")
    if version not in _parsed:
        files = db.session.scalars(select(RouteVersion.files).where(RouteVersion.id == version)).one()
        _parsed[version] = parsing.parse([tomllib.loads(text) for text in files])
    return version, _parsed[version]


@once
def _newest() -> int | None:
    newest: int | None = run(_NEWEST).scalar()
    return newest


def route_names() -> Mapping[str, tuple[str, str]]:
    """What the routes and overlays in force are called in English and Japanese, by code; nothing before any were taken."""
    try:
        _version, book = current_book()
    except NotNow:
        return {}
    return {code: (rule.name_en or code, rule.name_ja or code) for code, rule in book.names.items()}


def files_in_force() -> list[str]:
    """The route files as they were taken last; none before any were."""
    newest = select(RouteVersion.files).order_by(RouteVersion.id.desc()).limit(1)
    return list(db.session.scalar(newest) or [])


@dataclass(frozen=True)
class Usual:
    """How long steps usually take, by what is asked (kind) and by office or step name."""

    times: Mapping[tuple[str, str], timedelta] = field(default_factory=dict)

    def of(self, kind: str, *names: str | None) -> timedelta | None:
        """A step takes as long as the slowest of its seats usually does; nobody waits for a circulation."""
        if kind == "circulate":
            return timedelta()
        return max((self.times[kind, name] for name in names if name and (kind, name) in self.times), default=None)


_ANSWERS = (
    select(
        _rounds.c.route, _seats.c.step, _seats.c.office, _seats.c.opened_at, _seats.c.decided_at, _seats.c.held_minutes
    )
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(
        _seats.c.decided_at > bindparam("since", type_=Moment()), _seats.c.opened_at.is_not(None),
        _seats.c.carried_from_id.is_(None),
    )
    .order_by(_seats.c.decided_at.desc())
    .limit(2000)
)  # fmt: skip


def usual_times(now: datetime) -> Usual:
    """The median time from question to answer over half a year. Each time somebody was asked counts by itself; time on hold
    does not count, nor does what nobody answered (not needed, approved over) or what still stood from an earlier round."""
    taken: dict[tuple[str, str], list[float]] = {}
    for route, step, office, opened_at, decided_at, held in run(_ANSWERS, {"since": now - LOOK_BACK}):
        frozen = route["steps"][step]
        seconds = max(0.0, (decided_at - opened_at).total_seconds() - held * 60)
        for name in {office or "", frozen["name_en"]} - {""}:
            taken.setdefault((frozen["kind"], name), []).append(seconds)
    return Usual({place: timedelta(seconds=median(values)) for place, values in taken.items()})


def usually(now: datetime) -> Usual:
    """The same for pages, as of a minute ago at most: half a year's medians are worked out from some thousand answers."""
    kept = _kept.get("usual")
    if kept is None or not timedelta() <= now - kept[0] < FRESH:
        kept = _kept["usual"] = now, usual_times(now)
    return kept[1]


FRESH = timedelta(minutes=1)
_kept: dict[str, tuple[datetime, Usual]] = {}


def forget() -> None:
    """Between tests that change databases."""
    _parsed.clear()
    _kept.clear()
