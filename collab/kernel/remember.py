"""Remember an answer for a few seconds, per process: for data that changes by the day and is read by the second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """A value that is asked for again once it is older than `seconds`."""

    def __init__(self, ask: Callable[[], T], *, seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._value: tuple[float, T] | None = None

    def __call__(self) -> T:
        kept = self._value
        if kept is None or time.monotonic() - kept[0] > self._seconds:
            kept = self._value = (time.monotonic(), self._ask())
        return kept[1]

    def forget(self) -> None:
        """Ask again at the next call."""
        self._value = None
