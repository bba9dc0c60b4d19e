"""How a process loads what it runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def for_good() -> Iterator[None]:
    """What is loaded meanwhile lives as long as the process: nothing is looked for among it, neither now nor at the end.

    A third of every start was spent so, and of every command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
