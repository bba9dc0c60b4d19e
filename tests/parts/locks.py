"""One at a time, between the processes of one test run."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusively(file: Path) -> Iterator[None]:
    """Hold a lock that the other xdist workers wait for."""
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
