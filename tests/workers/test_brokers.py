"""The same promises on every broker: the embedded one, Redis and RabbitMQ. A broker is a bell, whoever makes it."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from config.settings import ROOT
from tests.parts.brokers import on_every_broker, on_every_broker_at_length
from tests.parts.servers import BrokerServer
from tests.workers.processes import descendants, python, running, until
from workers.queues import Queue

pytestmark = pytest.mark.timeout(180)

WORKER = ("-m", "celery", "--quiet", "-A", "tests.workers.rehearsal", "worker", "-l", "INFO")
BEAT = ("-m", "celery", "--quiet", "-A", "workers.base", "beat")
UP = 60
AT_ONCE = 0.05

RING = """
import sys, time
from workers import bell
bell.ring("outbox")
bell._bell.settle(20)  # a line is open now; what follows finds it as it is
print("ready", file=sys.stderr)
while input():
    started = time.monotonic()
    for _ in range(100):
        bell.ring("outbox")
        bell.ring("imports:7", after=0.1)
    print(f"took {time.monotonic() - started}", file=sys.stderr)
"""


@pytest.fixture
def environ(environ: dict[str, str], broker: BrokerServer, var_dir: Path, migrated: Path) -> dict[str, str]:
    given = {**environ, **broker.environ, "COLLAB_SWEEP_SECONDS": "1", "REMAP_SIGTERM": "SIGQUIT"}
    place = Path(given["COLLAB_VAR_DIR"])
    for leftover in (*place.glob("collab.db*"), place / "rehearsal", place / "unlucky"):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(migrated, place / "collab.db")
    return given


@pytest.fixture
def place(environ: dict[str, str]) -> Path:
    return Path(environ["COLLAB_VAR_DIR"])


@pytest.fixture
def written(place: Path) -> Callable[[], list[str]]:
    """What the worker's jobs did, in order."""

    def read() -> list[str]:
        file = place / "rehearsal"
        return file.read_text().splitlines() if file.exists() else []

    return read


@pytest.fixture
def swept_at(place: Path) -> Callable[[], object]:
    def read() -> object:
        with closing(sqlite3.connect(place / "collab.db")) as connection:
            return connection.execute("select max(at) from outbox_beacons").fetchone()[0]

    return read


def send(environ: dict[str, str], *jobs: str, **kwargs: object) -> None:
    lines = [f"celery.send_task({job!r}, kwargs={kwargs!r})" for job in jobs]
    python(environ, "from tests.workers.rehearsal import celery; " + "; ".join(lines))


def ready(worker: subprocess.Popen[str]) -> None:
    """Wait until a worker consumes."""
    said = worker.stdout
    assert said is not None
    until(lambda: said.seek(0) or "ready." in said.read(), UP)


@on_every_broker
def test_a_ring_starts_a_job(environ: dict[str, str], written: Callable[[], list[str]]) -> None:
    with running(environ, *WORKER) as worker:
        ready(worker)
        python(environ, "from workers.bell import ring; ring('outbox')")
        until(lambda: "ended outbox.drain" in written(), 5)
    assert written() == ["began outbox.drain", "ended outbox.drain"]


@on_every_broker
def test_a_job_that_waits_is_done_when_a_worker_comes(
    environ: dict[str, str], broker: BrokerServer, written: Callable[[], list[str]]
) -> None:
    send(environ, "outbox.sweep", newer="unknown here")
    assert broker.waiting(Queue.SWEEPS) == 1
    with running(environ, *WORKER):
        until(lambda: "ended outbox.sweep" in written(), UP)
        until(lambda: broker.waiting(Queue.SWEEPS) == 0, 5)


@on_every_broker_at_length
def test_the_job_of_a_killed_child_is_done_again(environ: dict[str, str], written: Callable[[], list[str]]) -> None:
    send(environ, "outbox.unlucky")
    with running(environ, *WORKER):
        until(lambda: "ended outbox.unlucky" in written(), UP)
        time.sleep(1)
    assert written() == ["began outbox.unlucky", "began outbox.unlucky", "ended outbox.unlucky"]


@on_every_broker
def test_a_poisonous_sweep_dies_once_a_tick_and_holds_nobody_up(
    environ: dict[str, str], written: Callable[[], list[str]]
) -> None:
    send(environ, "poison.sweep")
    with running(environ, *WORKER) as worker:
        ready(worker)
        until(lambda: "began poison.sweep" in written(), UP)
        time.sleep(2)
        send(environ, "outbox.sweep", "poison.sweep")
        until(lambda: "ended outbox.sweep" in written() and written().count("began poison.sweep") == 2, 20)
        time.sleep(2)
    assert written().count("began poison.sweep") == 2


@on_every_broker
def test_a_killed_worker_costs_no_more_than_a_sweep(
    environ: dict[str, str], written: Callable[[], list[str]], swept_at: Callable[[], object]
) -> None:
    """Whether the broker hands the job out again, and when, is its own matter."""
    send(environ, "outbox.slow", seconds=60)
    with running(environ, *WORKER) as worker:
        until(lambda: "began outbox.slow" in written(), UP)
        for member in descendants(worker.pid):
            member.kill()
        worker.kill()
    with running(environ, *WORKER), running(environ, *BEAT):
        until(swept_at, UP)


@on_every_broker_at_length
def test_told_to_stop_a_worker_lets_its_job_end_and_takes_no_other(
    environ: dict[str, str], broker: BrokerServer, written: Callable[[], list[str]]
) -> None:
    send(environ, "outbox.slow", "outbox.slow", "outbox.slow", seconds=2.0)
    with running(environ, *WORKER) as worker:
        until(lambda: written().count("began outbox.slow") == 2, UP)
        worker.terminate()
        worker.wait(30)
        ended = written().count("ended outbox.slow")
        assert (written().count("began outbox.slow"), ended) == (2, 2), written()
    until(lambda: broker.waiting(Queue.DELIVERY) == 1, 10)
    with running(environ, *WORKER):
        until(lambda: written().count("ended outbox.slow") == 3, UP)


@on_every_broker_at_length
def test_a_broker_that_lost_everything_costs_no_more_than_its_absence(
    environ: dict[str, str], broker: BrokerServer, written: Callable[[], list[str]], swept_at: Callable[[], object]
) -> None:
    """Nobody is restarted: worker, beat and a bell in a web process find the new one by themselves."""
    with running(environ, *WORKER) as worker, running(environ, *BEAT) as beat, web(environ) as ring:
        until(swept_at, UP)
        broker.kill()
        assert ring() < AT_ONCE
        time.sleep(4)
        assert ring() < AT_ONCE
        broker.forget()
        broker.start()
        before = swept_at()
        until(lambda: swept_at() != before, 30)
        assert worker.poll() is None
        assert beat.poll() is None
        time.sleep(5)  # as long as a bell is silent after a failure
        drained = written().count("ended outbox.drain")
        assert ring() < AT_ONCE
        until(lambda: written().count("ended outbox.drain") > drained, 10)


@on_every_broker_at_length
def test_a_frozen_broker_costs_a_request_nothing(
    environ: dict[str, str], broker: BrokerServer, swept_at: Callable[[], object]
) -> None:
    with running(environ, *WORKER), running(environ, *BEAT), web(environ) as ring:
        until(swept_at, UP)
        broker.freeze()
        try:
            assert ring() < AT_ONCE
            assert ring() < AT_ONCE
            time.sleep(18)  # beyond every time limit that a beat or a worker has
        finally:
            broker.thaw()
        before = swept_at()
        until(lambda: swept_at() != before, 30)


@on_every_broker
def test_two_workers_and_two_beats_do_daily_duties_once(
    environ: dict[str, str], place: Path, written: Callable[[], list[str]]
) -> None:
    environ = {**environ, "COLLAB_AUDIT_ANCHOR": str(place / "anchors")}
    (place / "anchors").unlink(missing_ok=True)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(running(environ, *WORKER, "--hostname", f"{name}@here")) for name in ("one", "two")
        ]
        for worker in workers:
            ready(worker)
        send(environ, *["audit.anchor"] * 10)
        until(lambda: written().count("ended audit.anchor") == 10, 30)
    assert len((place / "anchors").read_text().splitlines()) == 1


@contextmanager
def web(environ: dict[str, str]) -> Iterator[Callable[[], float]]:
    """A web process with a bell; a call rings it two hundred times and says how long that took."""
    process = subprocess.Popen(
        [sys.executable, "-c", RING], env=environ, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,  # its log is not in the way there
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    said, told = process.stderr, process.stdin

    def ring() -> float:
        told.write("ring\n")
        told.flush()
        return next(float(line.split()[1]) for line in said if line.startswith("took"))

    next(line for line in said if line.startswith("ready"))
    try:
        yield ring
    finally:
        process.kill()
        process.communicate()
