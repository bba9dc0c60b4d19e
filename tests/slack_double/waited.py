"""How long a person waits for the product, where the product answers in the test's own process.

A machine with other work lets a thread stand in line for a processor, for seconds sometimes, and that says nothing about the
product. The kernel counts it for each thread; what is left is what the answer took of its own: work, sleep, locks, databases.
A product in processes of its own is measured by the clock alone, as Slack measures it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

ANSWERING = "slack-answer"
"""How the threads that answer Slack are named: of `tests.parts.in_slack`, and of the product's Socket Mode."""


class Wait:
    """One wait; it begins when it is made, in the thread that waits."""

    def __init__(self) -> None:
        self._began, self._stood = time.perf_counter(), _stood_in_line()

    @property
    def seconds(self) -> float:
        """So far, without what the one who waits and the one who answers stood in line for a processor."""
        spent, me = time.perf_counter() - self._began, threading.get_native_id()
        since = {thread: stood - self._stood.get(thread, 0.0) for thread, stood in _stood_in_line().items()}
        mine = since.pop(me, 0.0)
        return max(0.0, spent - mine - max(since.values(), default=0.0))  # one thread answers, however many there are


def _stood_in_line() -> dict[int, float]:
    """Seconds, of this thread and of those that answer; nothing where the system keeps no such count."""
    me, found = threading.get_native_id(), {}
    for thread in threading.enumerate():
        number = thread.native_id
        if number is not None and (number == me or thread.name.startswith(ANSWERING)):
            with contextlib.suppress(OSError, IndexError):
                found[number] = int(Path(f"/proc/self/task/{number}/schedstat").read_text().split()[1]) / 1e9
    return found
