"""What to do when PostgreSQL does not answer (docs/adr/0013).

A frozen server or a broken network says nothing: the kernel still acknowledges what we send, and a driver that waits
for an answer waits for ever. So whoever waits long asks whether the database is there at all, by a new connection. If
nothing comes back, it is away: those who wait give up, those who come are refused at once, and one thread keeps asking.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakValueDictionary

import psycopg
import structlog
from psycopg import generators, waiting
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import InvalidatePoolError

ASK_AFTER = 0.6
"""Seconds without a word before anybody asks whether the database is there."""
ANSWER_WITHIN = 1.5
"""Seconds it then has to let us in. To a database 200 ms away that takes 1.4 s, with TLS and a password."""
ASK_AGAIN = 0.5
"""Seconds between two questions while it is away."""
UNHURRIED = 70.0
"""Seconds for one statement where nobody waits for the answer: the server itself ends it after 60 (`kernel.db`)."""
CANCEL_WITHIN = 0.5
"""Seconds for having a statement cancelled and hearing that it was."""
TICK = 0.1
"""Seconds between two looks of somebody who waits."""

log = structlog.get_logger(__name__)
_NothingYet = psycopg.errors._WaitTimeout  # noqa: SLF001 - what `Connection.wait` documents that it raises
_patience: ContextVar[float] = ContextVar("patience", default=UNHURRIED)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give each statement in this block so many seconds: somebody is waiting for the answer."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def patience_now() -> float:
    """How many seconds a statement has here."""
    return _patience.get()


class Line:
    """What this process knows about one database: whether it is away, and when it was last heard."""

    def __init__(self, address: str) -> None:
        self.away = False
        self._address = address
        self._heard_at = time.monotonic()
        self._asking = threading.Lock()

    def check(self) -> None:
        """Raise psycopg.OperationalError at once if the database is known to be away."""
        if self.away:
            self.ask()  # somebody does already, unless their thread came to grief
            raise psycopg.OperationalError("the database does not answer")

    def waiting_since(self, moment: float) -> None:
        """Somebody has waited since then. Raises psycopg.OperationalError when there is nothing to wait for."""
        self.check()
        if time.monotonic() - max(moment, self._heard_at) > ASK_AFTER:
            self.ask()

    def ask(self) -> None:
        """Find out whether the database is there; somebody may be asking already."""
        if not self._asking.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._ask_until_answered, name="database-away", daemon=True).start()
        except RuntimeError:  # no more threads just now: the next one who waits asks
            self._asking.release()

    def lost(self) -> None:
        """It did not answer in time: away until it does."""
        if not self.away:
            log.error("database.away")
        self.away = True

    def _ask_until_answered(self) -> None:
        started = time.monotonic()
        try:
            while not self._answers():
                self.lost()
                time.sleep(ASK_AGAIN)
            self._heard_at = time.monotonic()
            if self.away:
                log.warning("database.back", seconds=round(self._heard_at - started, 1))
            self.away = False
        finally:
            self._asking.release()

    def _answers(self) -> bool:
        """Whether it says anything in time. A refusal is an answer too: who is refused learns it without waiting."""
        asked = time.monotonic()
        try:
            waiting.wait_conn(generators.connect(self._address), interval=TICK, timeout=ANSWER_WITHIN).finish()
        except (psycopg.Error, OSError):
            return time.monotonic() - asked < ANSWER_WITHIN
        return True


_lines: WeakValueDictionary[str, Line] = WeakValueDictionary()
os.register_at_fork(after_in_child=_lines.clear)  # the thread that asks stayed with the parent


class Watched(psycopg.Connection[Any]):
    """A connection that does not wait for a database that is away, nor longer than somebody has patience."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.line: Line | None = None
        self._ear = select.poll()
        self._ear.register(self.fileno(), select.POLLIN)
        self._rested = False

    def wait(self, gen: PQGen[Any], interval: float = TICK, timeout: float | None = None) -> Any:
        """Most statements are answered before anybody would ask: to those this adds next to nothing."""
        try:
            return super().wait(gen, interval, timeout or ASK_AFTER)
        except _NothingYet:
            if timeout is not None:
                raise
            return super().wait(self._waiting_on(gen), interval)

    def check_rested(self) -> None:
        """Before it is used again. A server that ended this connection has said so: that costs no question.

        Raises:
            InvalidatePoolError: it was ended; those that rested beside it were too.
            psycopg.OperationalError: the database is away.
        """
        if self.line is not None:
            self.line.check()
        if self._rested and self._ear.poll(0):
            raise InvalidatePoolError
        self._rested = True

    def _waiting_on(self, gen: PQGen[Any]) -> PQGen[Any]:
        """The rest of a statement's steps; psycopg also comes by ten times a second while nothing happens."""
        started, cancelled = time.monotonic() - ASK_AFTER, False
        ready: int = waiting.READY_NONE
        try:
            while True:
                if not ready:
                    cancelled = self._nothing_yet(started, cancelled=cancelled)
                ready = yield gen.send(ready)
        except StopIteration as done:
            return done.value

    def _nothing_yet(self, started: float, *, cancelled: bool) -> bool:
        """Go on waiting, have the statement cancelled, or give up; whether it is cancelled by now."""
        late = time.monotonic() - started - patience_now()
        try:
            if self.line is not None:
                self.line.waiting_since(started)
            if late > 0 and not cancelled:
                self.cancel_safe(timeout=CANCEL_WITHIN)
            if late > CANCEL_WITHIN:
                raise psycopg.OperationalError("the database did not answer in time")
        except psycopg.OperationalError:
            self.pgconn.finish()  # nobody knows what would still come out of it
            raise
        return cancelled or late > 0


def _line_to(parameters: dict[str, Any]) -> Line:
    """The one line this process has to a database."""
    address = make_conninfo("", **parameters)
    return _lines.setdefault(address, Line(address))


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _record: Any, _args: list[Any], options: dict[str, Any]) -> Watched | None:
    if dialect.name != "postgresql":
        return None
    line = _line_to({name: value for name, value in options.items() if name not in _OF_THE_DRIVER})
    line.check()
    try:
        connection = Watched.connect(**options)
    except psycopg.errors.ConnectionTimeout:
        line.lost()
        line.ask()
        raise
    connection.line = line
    return connection


_OF_THE_DRIVER = {"context", "autocommit", "prepare_threshold", "row_factory", "cursor_factory"}


@event.listens_for(Engine, "checkout")
def _check_rested(connection: Any, _record: Any, _proxy: Any) -> None:
    if isinstance(connection, Watched):
        connection.check_rested()
