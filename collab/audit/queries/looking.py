"""The trail as auditors read it: newest first, narrowed, page by page, fast however long it is.

A page walks back along the index of moments (of one actor: along theirs) and looks at SCANNED entries at most: where only few
of them fit, it says how far back it came, and the next page goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.audit.models import Entry
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db
from collab.kernel.recordset import dialect, records, recordset
from collab.subjects.queries import list_summaries
from collab.subjects.registry import registry as kinds

SCANNED = 20_000
_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = tuple(Entry.__table__.columns)


@dataclass(frozen=True)
class Place:
    """Where in the trail a page ends: the entry of this moment and id was the last one looked at."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def parse(cls, written: str) -> Place | None:
        """What `str` wrote; None for anything else."""
        moment, _, number = written.partition("-")
        if not (moment.isascii() and moment.isdigit() and number.isascii() and number.isdigit()):
            return None
        if len(moment) > 17 or len(number) > 18:
            return None
        return cls(_EPOCH + timedelta(microseconds=int(moment)), int(number))


@dataclass(frozen=True)
class Look:
    """What is looked for; None leaves it open. `begins` is how keys of a kind begin (`PR-`, `member:`); `until` is exclusive."""

    actor: str | None = None
    subject: str | None = None
    begins: str | None = None
    verb: str | None = None
    surface: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Some entries, and where the next page begins (None: that was all). `cut`: it ends because it looked at enough, not because
    it is full."""

    rows: Sequence[AnyRow]
    next: Place | None
    cut: bool = False


def look(viewer: Actor, wanted: Look, *, before: Place | None = None, size: int = 50) -> Page:
    """A page of what the viewer may read, newest first.

    An auditor reads everything. To anybody else what was narrowed to others is not there.
    """
    found: list[AnyRow] = []
    looked, place = 0, before
    while looked < SCANNED:
        some = _some(wanted, place, _AT_ONCE)
        for row in some:
            place = Place(row.at, row.id)
        looked += max(len(some), 1)
        hidden = _hidden(viewer, some)
        fitting = [row for row in some if _fits(row, wanted) and row.subject_key not in hidden]
        found += fitting
        if len(found) > size:
            last = found[size - 1]
            return Page(found[:size], Place(last.at, last.id))
        if len(some) < _AT_ONCE:
            return Page(found, None)
    return Page(found, place, cut=True)


def look_at_all(viewer: Actor, wanted: Look) -> Iterator[AnyRow]:
    """Everything that fits, newest first, read some at a time: for files."""
    place: Place | None = None
    while True:
        page = look(viewer, wanted, before=place, size=_AT_ONCE)
        yield from page.rows
        if page.next is None:
            return
        place = page.next


def last_acts(actors: Iterable[str]) -> dict[str, datetime]:
    """When each of these last did anything, by address. One look into the index for each."""
    given = recordset("given", dialect(), email=str)
    entries = Entry.__table__
    last = select(entries.c.at).where(entries.c.actor == given.c.email).order_by(entries.c.at.desc()).limit(1)
    statement = select(given.c.email, last.correlate(given).scalar_subquery())
    rows = db.session.execute(statement, {"given": records({"email": actor} for actor in actors)})
    return {email: at for email, at in rows if at is not None}


def _some(wanted: Look, before: Place | None, limit: int) -> Sequence[AnyRow]:
    """The next entries along an index; what no index serves is judged afterwards."""
    statement: AnySelect = select(*_COLUMNS)
    for narrowed in _indexed(wanted, before):
        statement = statement.where(narrowed)
    return db.session.execute(statement.order_by(Entry.at.desc(), Entry.id.desc()).limit(limit)).all()


def _indexed(wanted: Look, before: Place | None) -> Iterator[ColumnElement[bool]]:
    if wanted.subject:
        yield Entry.subject_key == wanted.subject
    if wanted.actor:
        yield Entry.actor == wanted.actor
    if wanted.since:
        yield Entry.at >= wanted.since
    if wanted.until:
        yield Entry.at < wanted.until
    if before:
        yield Entry.at <= before.at
        yield or_(Entry.at < before.at, Entry.id < before.id)


_TESTS: Sequence[tuple[str, Callable[[Any, str], bool]]] = (
    ("begins", lambda row, begins: row.subject_key.startswith(begins)),
    ("verb", lambda row, verb: row.verb == verb),
    ("surface", lambda row, surface: row.surface == surface),
)


def _fits(row: AnyRow, wanted: Look) -> bool:
    return all(test(row, value) for name, test in _TESTS if (value := getattr(wanted, name)))


def _hidden(viewer: Actor, rows: Sequence[AnyRow]) -> set[str]:
    """The subjects among these that are hidden from the viewer; from an auditor nothing is."""
    if viewer.is_auditor:
        return set()
    prefixes = {kind.prefix for kind in kinds.kinds}
    keys = {row.subject_key for row in rows if row.subject_key.partition("-")[0] in prefixes}
    return keys - list_summaries(viewer, keys).keys()
