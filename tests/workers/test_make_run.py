"""`make run` for real: web, worker, beat and broker come up, come back, and go; the data stays.

These tests are slow because the thing is: each start is a whole installation. They share the cores badly, hence one group.
"""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from config.household import TOO_SOON
from tests.workers.processes import alive, descendants, process_of, running, until

pytestmark = [pytest.mark.xdist_group("make run"), pytest.mark.timeout(300)]

START = ("-m", "config.server")
WEB, WORKER, BEAT, BROKER = ("granian",), ("workers.app", "worker"), ("workers.base", "beat"), ("valkey-server",)
UP = 90


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {**environ, "PORT": str(port), "COLLAB_SWEEP_SECONDS": "1"}


@pytest.fixture
def ready(environ: dict[str, str]) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{environ['PORT']}/readyz", timeout=5) as answer:
                return bool(json.load(answer)["ready"])
        except (OSError, urllib.error.HTTPError):
            return False

    return ask


def family(process: subprocess.Popen[str]) -> Iterator[psutil.Process]:
    yield process_of(process.pid)
    yield from descendants(process.pid)


def rows(var_dir: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(var_dir / "collab.db")) as connection:
        return connection.execute(query).fetchall()


def swept_at(var_dir: Path) -> object:
    return rows(var_dir, "select max(at) from outbox_beacons")[0][0]


def stop_by(process: subprocess.Popen[str], send: Callable[[], None]) -> None:
    everybody = list(family(process))
    send()
    process.wait(30)
    until(lambda: not any(alive(member) for member in everybody))


def test_the_life_of_an_installation(environ: dict[str, str], var_dir: Path, ready: Callable[[], bool]) -> None:
    with running(environ, *START) as process:
        until(ready, UP)
        until(lambda: swept_at(var_dir), UP)
        for words in (WEB, WORKER, BEAT, BROKER):
            assert descendants(process.pid, *words), words
        members = rows(var_dir, "select count(*) from members")
        assert members > [(10,)]

        # Ctrl-C in a terminal reaches everybody at once.
        stop_by(process, lambda: os.killpg(process.pid, signal.SIGINT))
        assert process.returncode == 0
        assert not (var_dir / "broker.sock").exists()
        assert "Collab is ready:" in process.stdout.read() if process.stdout else False

    with running(environ, *START) as process:
        until(ready, UP)
        assert rows(var_dir, "select count(*) from members") == members, "the data is kept, and loaded only once"
        stop_by(process, process.terminate)
        assert process.returncode == 0

    with running(environ, *START) as process:
        until(ready, UP)
        stop_by(process, process.kill)  # no chance to tidy up: the kernel does it

    with running(environ, *START) as process:
        until(ready, UP)
        stop_by(process, process.terminate)


def test_what_is_killed_comes_back(
    environ: dict[str, str], var_dir: Path, ready: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(environ, *START) as process:
        until(ready, UP)
        until(lambda: swept_at(var_dir), UP)
        time.sleep(TOO_SOON)  # what is killed younger counts as unable to stay up
        for words in (BROKER, BEAT, WORKER, WEB):
            first = min(descendants(process.pid, *words), key=psutil.Process.create_time)
            first.kill()
            until(lambda killed=first: not alive(killed), UP)
            until(lambda words=words: descendants(process.pid, *words), UP)
            until(ready, UP)
            before = swept_at(var_dir)
            until(lambda before=before: swept_at(var_dir) != before, UP)
        stop_by(process, process.terminate)


def test_a_taken_port_ends_the_start_with_one_line(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environ["PORT"]))), running(environ, *START) as process:
        assert process.wait(30) == 1
        assert process.stdout is not None
        assert process.stdout.read().startswith(f"PORT {environ['PORT']} cannot be used: Address already in use.")


def test_a_bad_setting_ends_the_start_with_one_line(environ: dict[str, str]) -> None:
    with running({**environ, "COLLAB_BROKER_URL": "carrier-pigeon"}, *START) as process:
        assert process.wait(30) == 1
        assert process.stdout is not None
        said = process.stdout.read()
        assert said.startswith("COLLAB_BROKER_URL is for no address. Write redis://")
        assert said.count("\n") == 1
