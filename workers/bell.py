"""The bell: after a commit, wake a worker at once instead of at the next sweep. Best effort, and never in the way.

`ring` only leaves a note; a thread of its own publishes. So a broker that is dead, hung or slow to resolve costs a
request nothing. What the bell loses, the sweep finds. Rings of a burst become one: the job that starts after them
reads everything that was committed before them.

A later ring (`after`) waits here and is published when its moment has come, by the clock that nobody sets. Celery's
countdown would be a moment of the ringing machine's wall clock, which a worker an hour behind would wait an hour for.
"""

import atexit
import concurrent.futures.thread  # noqa: F401 - the first ring loads it (redis does), and during a shutdown Python refuses
import contextlib
import math
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from workers.base import celery, settings

LIMIT = 1.0  # seconds the broker has for each step
GATHER = 0.01  # seconds in which rings of a burst become one
PAUSE = 5.0  # seconds of silence after a failure; about a sweep
FURTHEST = 30.0  # seconds that a ring may wait: what is due later is a row's matter, and the sweep's
GRAIN = 0.1  # seconds to which a later ring is rounded up, so that however many are asked for, few wait

# What may be rung, the job it starts, and the argument that carries the id of "duty:id".
DUTIES = {
    "outbox": ("outbox.drain", None),
    "screens": ("slack.show", None),
    "imports": ("imports.run", "import_id"),
    "letters": ("access.letters", None),
}

log = structlog.get_logger(__name__)


class Line(Protocol):
    """An open line to the broker. Both verbs may block up to the time limits, and may raise."""

    def publish(self, duty: str) -> None: ...

    def close(self) -> None: ...


class BrokerLine:
    """The real line: one connection, kept open, that gives up instead of retrying."""

    def __init__(self) -> None:
        limits = {
            "socket_timeout": LIMIT,
            "socket_connect_timeout": LIMIT,
            "read_timeout": LIMIT,
            "write_timeout": LIMIT,
        }
        self._connection = celery.connection_for_write(
            connect_timeout=LIMIT, transport_options={**limits, "max_retries": 0}
        )
        self._producer = celery.amqp.Producer(self._connection)

    def publish(self, duty: str) -> None:
        kind, _, identity = duty.partition(":")
        job, argument = DUTIES[kind]
        kwargs = {argument: identity} if argument else {}
        celery.send_task(job, kwargs=kwargs, producer=self._producer, retry=False)

    def close(self) -> None:
        self._connection.close()


class Bell:
    """One bell per process, with a thread that starts at the first ring."""

    def __init__(self, connect: Callable[[], Line]) -> None:
        self._connect = connect
        self.forget()

    def forget(self) -> None:
        """Start afresh, as a forked child must: its parent's thread did not come along, a held lock might have."""
        self._changed = threading.Condition()
        self._waiting: dict[tuple[str, float], None] = {}  # duty and moment; a set that keeps its order
        self._busy = False
        self._line: Line | None = None
        self._thread: threading.Thread | None = None
        self._silent_until = 0.0

    def ring(self, duty: str, after: float = 0.0) -> None:
        """Wake a worker for `duty` ("outbox", or "imports:ID"), `after` at most 30 seconds from now.

        Returns at once and never raises. What nobody could mean is logged and dropped.
        """
        if duty.partition(":")[0] not in DUTIES or not 0 <= after <= FURTHEST:
            log.error("bell.cannot_ring", duty=duty, after=after)
            return
        moment = math.ceil((time.monotonic() + after) / GRAIN) * GRAIN if after else 0.0
        with self._changed:
            if max(moment, time.monotonic()) < self._silent_until:
                return
            self._waiting[duty, moment] = None
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="bell", daemon=True)
                self._thread.start()

    def settle(self, timeout: float = LIMIT) -> bool:
        """Wait until all that is due by now is published or given up; True if that was in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy and self._next_in() > 0, timeout)

    def _work(self) -> None:
        while True:
            duty = self._due()
            silent_until = 0.0 if self._published(duty) else time.monotonic() + PAUSE
            with self._changed:
                self._busy = False
                self._silent_until = silent_until
                for ring in [ring for ring in self._waiting if ring[1] < silent_until]:
                    del self._waiting[ring]  # as if it were rung now
                self._changed.notify_all()
            time.sleep(GATHER)

    def _due(self) -> str:
        """Wait for the next ring and take it."""
        with self._changed:
            while (wait := self._next_in()) > 0:
                self._changed.wait(wait if math.isfinite(wait) else None)
            ring = min(self._waiting, key=_moment)
            del self._waiting[ring]  # before publishing: whoever rings from now on committed too late for this job
            self._busy = True
            return ring[0]

    def _next_in(self) -> float:
        """Seconds until the next ring is due; endless when none waits."""
        return min(map(_moment, self._waiting), default=math.inf) - time.monotonic()

    def _published(self, duty: str) -> bool:
        """Whether the broker took it. A line that was open may have gone stale, so it gets a second, fresh one."""
        for fresh in (False, True):
            if fresh or self._line is None:
                self._hang_up()
            try:
                self._line = self._line or self._connect()
                self._line.publish(duty)
            except Exception as error:  # noqa: BLE001 - whatever a broker can do wrong, the sweep makes good
                if fresh:
                    _complain(error)
            else:
                return True
        self._hang_up()
        return False

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(Exception):  # closing a dead line fails; that is why it is closed
                line.close()


def _moment(ring: tuple[str, float]) -> float:
    return ring[1]


def _complain(error: Exception) -> None:
    """A broker that was named should be there; the embedded one is not while only a command runs."""
    tell = log.debug if settings.embedded_broker else log.warning
    tell("bell.broker_unreachable", error=type(error).__name__, detail=str(error))


_bell = Bell(BrokerLine)
ring = _bell.ring

os.register_at_fork(after_in_child=_bell.forget)
atexit.register(_bell.settle)  # a command that ends right after its commit still rings
