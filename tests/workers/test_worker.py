"""A worker and beat as anybody would type them, on the embedded default, with nothing else running."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.workers.processes import alive, descendants, python, running, until

pytestmark = [pytest.mark.xdist_group("make run"), pytest.mark.timeout(180)]

WORKER = ("-m", "celery", "-A", "workers.app", "worker")
BEAT = ("-m", "celery", "-A", "workers.app", "beat")
SWEEP = "from workers.base import celery; celery.send_task('outbox.sweep', kwargs={'newer': 'unknown here'})"
UP = 60


@pytest.fixture
def environ(environ: dict[str, str]) -> Iterator[dict[str, str]]:
    python(
        environ,
        "import runpy, sys; sys.argv = ['flask', '--app', 'wsgi', 'init']; runpy.run_module('flask', run_name='__main__')",
    )
    return {**environ, "COLLAB_SWEEP_SECONDS": "1"}


@pytest.fixture
def swept_at(var_dir: Path) -> Callable[[], str | None]:
    def read() -> str | None:
        with closing(sqlite3.connect(var_dir / "collab.db")) as connection:
            found: str | None = connection.execute("select max(at) from outbox_beacons").fetchone()[0]
            return found

    return read


def test_a_worker_alone_brings_its_broker_and_takes_it_along(
    environ: dict[str, str], var_dir: Path, swept_at: Callable[[], str | None]
) -> None:
    with running(environ, *WORKER) as worker:
        until((var_dir / "broker.sock").exists, UP)
        assert swept_at() is None
        python(environ, SWEEP)
        until(swept_at, UP)
        everybody = descendants(worker.pid)
        assert descendants(worker.pid, "valkey-server")
        worker.terminate()
        assert worker.wait(30) == 0
        assert not any(alive(member) for member in everybody)


def test_beat_and_worker_sweep_as_often_as_told(environ: dict[str, str], swept_at: Callable[[], str | None]) -> None:
    """Beat first: it brings the broker, and its ticks wait there for the worker."""
    with running(environ, *BEAT), running(environ, *WORKER):
        until(swept_at, UP)
        seen = {swept_at()}
        started = time.monotonic()
        until(lambda: seen.add(swept_at()) or len(seen) > 4, UP)
        assert time.monotonic() - started < 15


def test_a_job_that_waits_survives_the_kill_of_every_process(
    environ: dict[str, str], swept_at: Callable[[], str | None]
) -> None:
    with running(environ, "-m", "workers.embedded") as broker:
        until(lambda: descendants(broker.pid, "valkey-server"), UP)
        until(lambda: python_succeeds(environ), UP)
    assert swept_at() is None
    with running(environ, *WORKER):
        until(swept_at, UP)


def python_succeeds(environ: dict[str, str]) -> bool:
    try:
        python(environ, SWEEP)
    except AssertionError:
        return False
    return True
