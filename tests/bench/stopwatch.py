"""When something happened in another process: marks in a pipe, on the steady clock that all processes of a machine share."""

from __future__ import annotations

import functools
import os
import select
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, task_prerun

PIPE = "BENCH_STOPWATCH"
"""The variable that names the pipe; a process without it marks nothing."""
BEGAN, CALLED, ENDED = b"b", b"c", b"e"
"""A worker handed a job to its function, Slack was about to be called, the function returned."""
_MARK = struct.Struct("=cd")


class Stopwatch:
    """The reading end: marks come in the order in which they were made."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._open(path)

    @classmethod
    def at(cls, path: Path) -> Stopwatch:
        """Read where another process made the pipe."""
        self = cls.__new__(cls)
        self._open(path)
        return self

    def _open(self, path: Path) -> None:
        self.path = path
        self._end = os.open(path, os.O_RDWR)  # for writing too: a pipe without writers would be at its end

    @property
    def environ(self) -> dict[str, str]:
        """What a process is given to make its marks here."""
        return {PIPE: str(self.path)}

    def marks(self, patience: float = 60.0) -> Iterator[tuple[bytes, float]]:
        """What happened, and when (seconds of the steady clock). `patience` is how long, in seconds, nothing may happen."""
        while select.select([self._end], [], [], patience)[0]:
            yield _MARK.unpack(os.read(self._end, _MARK.size))
        raise SystemExit(f"nothing has happened for {patience} s")

    def until(self, what: bytes, times: int = 1, patience: float = 60.0) -> float:
        """The moment at which something has happened so many times."""
        for mark, moment in self.marks(patience):
            times -= mark == what
            if not times:
                return moment
        raise AssertionError  # `marks` ends by raising

    def forget(self) -> None:
        """What happened so far does not matter."""
        while select.select([self._end], [], [], 0)[0]:
            os.read(self._end, 4096 * _MARK.size)

    def close(self) -> None:
        """No more reading."""
        os.close(self._end)


def mark(what: bytes) -> None:
    """Write down that it happens now: a few microseconds, and never torn (a pipe takes so few bytes at once or not at all)."""
    os.write(_writing_end(os.getpid()), _MARK.pack(what, time.monotonic()))


def mark_jobs() -> None:
    """In a worker: have every job marked when it begins and when it ends."""
    if PIPE in os.environ:
        task_prerun.connect(_began)
        task_postrun.connect(_ended)


@functools.cache
def _writing_end(_process: int) -> int:
    return os.open(os.environ[PIPE], os.O_WRONLY)


def _began(**_about: Any) -> None:
    mark(BEGAN)


def _ended(**_about: Any) -> None:
    mark(ENDED)
