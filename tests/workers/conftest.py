"""Importing `workers` reads the settings of this process: let it find a place of its own, not a developer's."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.settings import ROOT, Settings, load
from tests.parts.brokers import Brokers
from tests.parts.servers import BrokerServer
from tests.workers.processes import python
from workers import embedded

# The test process and its children never meet a developer's rows or broker.
_own = tempfile.mkdtemp(prefix="collab-tests-")
os.environ.setdefault("COLLAB_VAR_DIR", _own)


def pytest_unconfigure() -> None:
    shutil.rmtree(_own, ignore_errors=True)


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A short path: the socket lies inside."""
    with tempfile.TemporaryDirectory(prefix="cv-") as folder:
        yield Path(folder)


@pytest.fixture
def settings(var_dir: Path) -> Settings:
    return load({"COLLAB_VAR_DIR": str(var_dir)})


@pytest.fixture
def environ(var_dir: Path) -> dict[str, str]:
    """What a real process is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLLAB_", "SLACK_", "OIDC_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, "PATH": path, "COLLAB_VAR_DIR": str(var_dir), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def ensure(settings: Settings) -> Iterator[Callable[[], embedded.Broker | None]]:
    """Start brokers; whatever a test leaves is stopped."""
    started: list[embedded.Broker] = []

    def start() -> embedded.Broker | None:
        broker = embedded.ensure(settings)
        if broker is not None:
            started.append(broker)
        return broker

    yield start
    for broker in started:
        broker.stop()
        if broker.process.poll() is None:
            broker.process.kill()
            broker.process.wait()


@pytest.fixture(scope="session")
def brokers() -> Iterator[Brokers]:
    """Brokers that tests share and leave running and empty."""
    shared = Brokers()
    yield shared
    shared.stop()


@pytest.fixture
def broker(request: pytest.FixtureRequest, brokers: Brokers) -> BrokerServer:
    """An empty broker of the kind a test is marked for: see `tests.parts.brokers.on_every_broker`."""
    return brokers.empty(request.param)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table and no rows, to be copied."""
    place = tmp_path_factory.mktemp("migrated")
    environ = {**os.environ, "COLLAB_VAR_DIR": str(place), "PYTHONPATH": str(ROOT)}
    python(environ, "from wsgi import app; app.test_cli_runner().invoke(args=['init'], catch_exceptions=False)")
    with closing(sqlite3.connect(place / "collab.db")) as connection:  # everything into the one file that is copied
        connection.execute("pragma wal_checkpoint(truncate)")
    return place / "collab.db"
