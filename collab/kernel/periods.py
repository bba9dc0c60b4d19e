"""What must happen once per period (a day, a week) however many schedulers ask for it: a unique key in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.atomic import atomic
from collab.kernel.db import Base, Moment, db, insert_once


class Period(Base):
    """One period of one duty, claimed by whoever came first."""

    __tablename__ = "periods"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(Moment)


_periods: Table = Period.__table__  # type: ignore[assignment]
_CLAIMED = select(_periods.c.job).where(_periods.c.job == bindparam("job"), _periods.c.period == bindparam("period"))


def claim(job: str, period: str, *, now: datetime) -> bool:
    """Whether this call is the one that does `job` for `period` ("2026-11-22", "2026-W47").

    Call it inside the transaction of what is done: if that fails, the period is free again.
    """
    with atomic():
        return insert_once(_periods, job=job, period=period, claimed_at=now)


def is_claimed(job: str, period: str) -> bool:
    """Whether `job` was done for `period`."""
    return db.session.scalar(_CLAIMED, {"job": job, "period": period}) is not None


def forget(before: datetime) -> None:
    """Drop claims nobody can ask for any more."""
    with atomic():
        db.session.execute(delete(_periods).where(_periods.c.claimed_at < before))
