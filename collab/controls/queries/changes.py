"""Changes of controls: one, those that wait, those lately decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from collab.controls.models import PREFIX, ControlChange
from collab.controls.queries.standing import title_of
from collab.controls.rules import OPEN, RUNNING
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.keys import number_of, numbers_of
from collab.kernel.permits import permits
from collab.subjects.registry import Summary, Wanted, keys_in

PAGE = "/admin/changes"


def find_change(key: str) -> ControlChange | None:
    """One change, whoever asks."""
    return db.session.get(ControlChange, number_of(PREFIX, key), populate_existing=True)


def get_change(viewer: Actor, key: str) -> ControlChange:
    """One change, for whoever may see it. Raises NotFound."""
    row = find_change(key)
    if row is None or not _sees(viewer, row):
        raise NotFound
    return row


def _sees(viewer: Actor, row: ControlChange) -> bool:
    own = {"proposer"} if row.proposed_by_id == viewer.id else set()
    favoured = {"favoured"} if viewer.id in row.favours else set()
    return permits.allows("control.show", viewer.roles | own | favoured)


def list_changes(
    viewer: Actor, *, running: bool | None = None, offset: int = 0, limit: int = 20
) -> tuple[Sequence[ControlChange], int]:
    """Changes, those that wait first, then the newest; and how many. Raises NotAllowed."""
    permits.check("control.list", viewer.roles)
    waits = ControlChange.state.in_(RUNNING)
    where = [] if running is None else [waits if running else ~waits]
    total = db.session.scalar(select(func.count()).select_from(ControlChange).where(*where)) or 0
    order = (case((waits, 0), else_=1), ControlChange.id.desc())
    rows = db.session.scalars(select(ControlChange).where(*where).order_by(*order).offset(offset).limit(limit))
    return rows.all(), total


ANY_RUNS = select(ControlChange.id).where(ControlChange.state.in_(RUNNING))


def list_running() -> Sequence[ControlChange]:
    """Everything that is not over, the oldest first."""
    rows = select(ControlChange).where(ControlChange.state.in_(RUNNING)).order_by(ControlChange.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def list_open(now: datetime) -> list[ControlChange]:
    """Everything that waits for a second person and has not expired."""
    return [row for row in list_running() if row.state == OPEN and row.expires_at > now]


def list_open_of(member: int) -> list[ControlChange]:
    """What a member proposed and nobody has answered yet."""
    return [row for row in list_running() if row.proposed_by_id == member and row.state == OPEN]


def list_expired(now: datetime) -> list[str]:
    """Open changes nobody answered in time, by key."""
    return [row.key for row in list_running() if row.state == OPEN and row.expires_at <= now]


def count_waiting() -> int:
    """How many changes wait for a second person."""
    return db.session.scalar(select(func.count()).select_from(ControlChange).where(ControlChange.state == OPEN)) or 0


def _by_keys(keys: Iterable[str]) -> Mapping[str, ControlChange]:
    rows = db.session.scalars(select(ControlChange).where(ControlChange.id.in_(numbers_of(PREFIX, keys))))
    return {row.key: row for row in rows}


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """Changes in one line each, viewer by viewer."""
    rows = _by_keys(keys_in(wanted))
    for viewer, keys in wanted:
        how = Reader(viewer.locale, viewer.zone)
        for key in keys:
            if key in rows and _sees(viewer, rows[key]):
                row = rows[key]
                title = how.say(title_of(row))
                yield viewer.id, Summary(key, "control", title, f"{PAGE}/{key}", Text(f"control.state.{row.state}"))


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """What a change is found by: its title in every language, and its reason."""
    rows = _by_keys(keys)
    return {
        key: " ".join([*(Reader(one).say(title_of(row)) for one in LOCALES), row.reason]) for key, row in rows.items()
    }
