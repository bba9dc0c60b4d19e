"""Who works on jobs: a broker, a worker with the product's own options, and how both are told to begin."""

from __future__ import annotations

import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Celery

from config.server import commands
from config.settings import load
from tests.bench.lab import Lab
from tests.bench.served import Served, started
from tests.bench.stopwatch import ENDED, Stopwatch
from tests.parts.brokers import EMBEDDED, RABBITMQ, REDIS, broker_server, program
from workers.queues import ROUTES, Queue

FLOOR, PRODUCT = "tests.bench.floors.jobs", "tests.bench.worker"
JOBS = {FLOOR: "floor.nothing", PRODUCT: "outbox.drain"}
SERVERS = {REDIS: "redis-server", RABBITMQ: "rabbitmq-server"}


@contextmanager
def broker(kind: str) -> Iterator[str]:
    """A running broker of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="cb-") as home, broker_server(kind, Path(home)) as server:
        yield server.url


def installed(kind: str) -> bool:
    """Whether this machine has such a broker."""
    try:
        return bool(kind == EMBEDDED or program(SERVERS[kind]))
    except AssertionError:
        return False


@dataclass
class Hands:
    """A worker that is up, the jobs it takes, and the marks it makes."""

    worker: Served
    jobs: Celery
    job: str
    watch: Stopwatch
    released_at: float = 0.0

    def start(self, times: int = 1) -> None:
        """Put jobs into its queue."""
        with self.jobs.producer_pool.acquire(block=True) as producer:
            for _ in range(times):
                self.jobs.send_task(self.job, producer=producer)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody works meanwhile; what was marked before does not count."""
        self._send(signal.SIGSTOP)
        try:
            yield
        finally:
            self.watch.forget()
            self.released_at = time.monotonic()
            self._send(signal.SIGCONT)

    def _send(self, sign: signal.Signals) -> None:
        for process in self.worker.tree():
            process.send_signal(sign)


@contextmanager
def hands(lab: Lab, which: str, broker_url: str, **environ: str) -> Iterator[Hands]:
    """A worker, bare or the product's, that has done its first job."""
    name = f"{which}-{len(list(lab.folder.glob('*.pipe')))}"
    watch = Stopwatch(lab.folder / f"{name}.pipe")
    own = lab.environ(FLOOR_BROKER=broker_url, COLLAB_BROKER_URL=broker_url, **watch.environ, **environ)
    try:
        with started(worker_command(lab, which), own, lab.folder / f"{name}.log") as process:
            here = Hands(Served(0, process), jobs_of(which, broker_url), JOBS[which], watch)
            here.start()
            watch.until(ENDED)
            yield here
    finally:
        watch.close()


def worker_command(lab: Lab, which: str) -> list[str]:
    """As in production, with another application."""
    return _command(lab, "worker", which)


def beat_command(lab: Lab) -> list[str]:
    """As in production."""
    return _command(lab, "beat", "workers.base")


def _command(lab: Lab, name: str, app: str) -> list[str]:
    typed = commands(load(lab.environ()))[name]
    _celery, *words = shlex.split(typed.replace("workers.app", app))
    return [sys.executable, "-m", "celery", *words]


def jobs_of(which: str, url: str) -> Celery:
    """Publishes as the process would whose jobs these are."""
    app = Celery(which, broker=url)
    if which == PRODUCT:
        queues: dict[str, Any] = {queue.value: {} for queue in Queue}
        app.conf.update(task_queues=queues, task_default_queue=Queue.INTERACTIVE.value, task_routes=(ROUTES,))
    return app
