"""A web application served as in production, and what its processes use."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.server import commands
from config.settings import ROOT, load
from config.tether import end_with_parent

PATIENCE = 60.0
Start = Callable[[list[str], Mapping[str, str], Path], AbstractContextManager[psutil.Process]]
"""How a command is started, with which environment, and where what it says is kept."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Processor time of the whole process tree so far."""
        spent = [member.cpu_times() for member in self.tree()]
        return sum(times.user + times.system for times in spent)

    def pss_mib(self) -> float:
        """Memory of the whole tree, shared pages counted by their share."""
        return sum(map(pss_mib, self.tree()))

    def tree(self) -> list[psutil.Process]:
        """The process and all it started."""
        return [self.process, *self.process.children(recursive=True)]


def pss_mib(process: psutil.Process) -> float:
    """A process's memory in MiB; one that has just ended uses none."""
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def served(app: str, environ: Mapping[str, str], log: Path, start: Start | None = None) -> Iterator[Served]:
    """Serve `module:app` with the very options of production (config/server.py), until it answers and then until the end."""
    settings = load(environ)
    command = commands(settings)["web"].replace("wsgi:app", app)
    with (start or started)(shlex.split(command), environ, log) as process:
        _until_it_answers(settings.port, process, log)
        yield Served(settings.port, process)


@contextmanager
def started(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[psutil.Process]:
    """A process in a session of its own; nothing of it is left behind."""
    path = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)])
    with log.open("wb") as out:
        child = subprocess.Popen(
            command, cwd=ROOT, env={**environ, "PATH": path}, stdout=out, stderr=out, start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - one thread only, and nothing is left behind when it is killed
        )  # fmt: skip
    try:
        yield psutil.Process(child.pid)
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask politely, then end the whole session."""
    family = _family(child.pid)
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    child.wait()


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _until_it_answers(port: int, process: psutil.Process, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if time.monotonic() > deadline or not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise SystemExit(f"the server on port {port} does not answer:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
