"""A folder in memory. SQLite waits for the disk at every commit; a test's database need not outlive a power cut."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
PREFIX = "collab-sqlite-"
ENOUGH = 1 << 30
"""Bytes. Containers often have 64 MiB there, which a run would fill."""


@contextmanager
def in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder of this process's own, removed at the end; `otherwise` where there is no such memory, or too little of it."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        yield otherwise
        return
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY, ignore_cleanup_errors=True) as own:
        yield Path(own)


def _sweep() -> None:
    """Remove what runs left that were killed."""
    for left in MEMORY.glob(f"{PREFIX}*-*"):
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
