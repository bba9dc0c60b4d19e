"""Processes with a supervisor: whoever dies is started again, and what a test killed is told."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import psutil

from tests.parts import warm

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 8
LOOK_SECONDS = 0.2
LAST_WORDS = 4000


class Crew:
    """The processes of one installation. A dead one is started again within a moment, as systemd or Docker would.

    The children of a killed process are left to themselves, which is the harder case: they may go on working beside
    their successors.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._commands: dict[str, tuple[str, ...]] = {}
        self._running: dict[str, warm.Process] = {}
        self._ever: list[warm.Process] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._supervisor.start()
        return self

    def __exit__(self, trouble: object, *_rest: object) -> None:
        self._over.set()
        self._supervisor.join()
        for process in reversed(self._ever):
            end(process)
        if trouble is not None:
            for name in self._commands:
                print(f"--- {name}\n{self._log(name).read_text(errors='replace')[-LAST_WORDS:]}")

    def start(self, name: str, *command: str) -> None:
        """Start a process and keep it running."""
        with self._lock:
            self._commands[name] = command
            self._start(name)

    def stop(self, name: str) -> None:
        """End a process kindly, for good."""
        with self._lock:
            process = self._running.pop(name)
        end(process)

    def names(self, prefix: str = "") -> list[str]:
        """Who runs, by name."""
        with self._lock:
            return [name for name in self._running if name.startswith(prefix)]

    def main_of(self, name: str) -> int:
        """The process id of the one that was started."""
        with self._lock:
            return self._running[name].pid

    def children_of(self, name: str) -> list[int]:
        """The process ids of its children."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(self.main_of(name)).children(recursive=True)]
        return []

    def kill_one(self, dice: random.Random, prefix: str = "worker") -> str:
        """Kill -9 one living process, a main one or a child, of those whose name begins so; says which."""
        while True:
            name = dice.choice(self.names(prefix))
            what, pid = dice.choice([("main", self.main_of(name)), *(("child", pid) for pid in self.children_of(name))])
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return f"{name} {what}"

    def _start(self, name: str) -> None:
        with self._log(name).open("ab") as out:
            process = warm.start(self._commands[name], self._environ, out)
        self._running[name] = process
        self._ever.append(process)

    def _supervise(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with self._lock:
                for name, process in list(self._running.items()):
                    if process.poll() is not None:
                        self._start(name)

    def _log(self, name: str) -> Path:
        return Path(self._environ["COLLAB_VAR_DIR"]) / f"{name}.out"


def end(process: warm.Process) -> None:
    """End a process and its whole group, kindly first; what outlived a killed parent ends as well."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
