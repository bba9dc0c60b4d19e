"""The one place that reads the clock. Edges call it; services receive `now` as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from collab.kernel.db import Moment, db, read_alone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def shared() -> datetime:
    """The present moment as all machines agree on it: the database server's clock; with a database file, this machine's."""
    if db.engine.dialect.name == "sqlite":
        return now()
    return read_alone(select(func.clock_timestamp(type_=Moment)), {})[0][0]  # type: ignore[no-any-return]


def ticking(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on from `start`, whatever happens to the machine's own meanwhile."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def day_in(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
