"""`atomic`: the only place in collab that commits.

A use-case is one transaction: state, audit entry and outgoing message are committed together or not at all.
What must happen after the commit (ringing the worker's bell) is registered with the unit and is best effort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from collab.kernel.db import WRITES, db
from collab.kernel.errors import Busy, NotNow
from collab.kernel.reading import end as end_of_reading

log = structlog.get_logger(__name__)
_first: ContextVar[Callable[[], None] | None] = ContextVar("atomic_first", default=None)


@dataclass
class Unit:
    """One open transaction: its session, what to do just before the commit, and what to do after it."""

    session: Session
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def before_commit(self, name: str, act: Callable[[], None]) -> None:
        """Run `act` once, last thing inside the transaction."""
        self.before.setdefault(name, act)

    def after_commit(self, name: str, act: Callable[[], None]) -> None:
        """Run `act` once when the transaction is safely committed; its failure changes nothing."""
        self.after.setdefault(name, act)


@contextmanager
def atomic() -> Iterator[Unit]:
    """Open a writing transaction, or join the one that is open; commit at the outermost end.

    Raises:
        NotNow: somebody else wrote first (a unique key refused the second of two).
        Busy: the database would not take the write in time; nothing was changed. With the code `unsure` it went away
            during the commit itself, and nobody can say whether all was changed or nothing.
    """
    session = db.session()
    joined = session.info.get("unit")
    if joined is not None:
        yield joined
        return
    unit = Unit(session)
    end_of_reading()
    try:
        with _translated():
            _begin(session)
            session.info["unit"] = unit
            _do_first()
            yield unit
            for act in list(unit.before.values()):
                act()
            session.flush()
            with _nobody_knows():
                session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("unit", None)
    for act in unit.after.values():
        _best_effort(act)


@contextmanager
def beginning_with(act: Callable[[], None]) -> Iterator[None]:
    """Run `act` first thing inside every transaction opened meanwhile: what must be written with whatever is written.

    Where nothing is written, nothing is asked of the database. If `act` raises, nothing else of that transaction happens.
    """
    token = _first.set(act)
    try:
        yield
    finally:
        _first.reset(token)


def current() -> Unit:
    """The open unit. Raises RuntimeError outside `atomic`: a write without a transaction is a bug."""
    unit = db.session().info.get("unit")
    if not isinstance(unit, Unit):
        raise RuntimeError("this must run inside atomic()")  # noqa: TRY004 - a missing transaction, not a wrong type
    return unit


def is_open() -> bool:
    """Whether this runs inside `atomic()`."""
    return db.session().info.get("unit") is not None


def _begin(session: Session) -> None:
    """Start afresh: a transaction begun by reading cannot be turned into a writing one on SQLite."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unsaved changes outside atomic()")
    session.rollback()
    session.connection(execution_options={WRITES: True})


def _do_first() -> None:
    act = _first.get()
    if act is not None:
        act()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        log.info("atomic.conflict", detail=str(error.orig))
        raise NotNow("conflict") from error
    except OperationalError as error:
        log.warning("atomic.busy", detail=str(error.orig))
        raise Busy from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise Busy from error


@contextmanager
def _nobody_knows() -> Iterator[None]:
    """A connection that ends during COMMIT takes the answer with it; one that stays open has said no."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        log.warning("atomic.unsure", detail=str(error.orig))
        raise Busy("unsure") from error


def _best_effort(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        log.exception("atomic.after_commit_failed")
