"""Slack waits three seconds. What takes longer (a database far away, a lock held long) goes on in a thread of its own, and says
its answer where it was asked; Slack hears in time that we are at it."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from flask import current_app

log = structlog.get_logger(__name__)
PATIENCE_SECONDS = 2.5
"""How long Slack is kept waiting. A silent database is found out before (`reception.PATIENCE`), and that is then the answer."""
_pool = ThreadPoolExecutor(32, thread_name_prefix="slack-work")  # threads come as they are needed
_begun: set[Future[None]] = set()
Body = dict[str, Any]


class _Work:
    """One act and its answer: taken by whoever waits, or said later. Never both, never neither."""

    def __init__(self) -> None:
        self._turn, self._done = threading.Lock(), threading.Event()
        self._nobody_waits = False
        self._body: Body = {}

    def is_late_with(self, body: Body) -> bool:
        """Hand the answer over; whether nobody waits for it any more."""
        with self._turn:
            self._body, is_late = body, self._nobody_waits
            self._done.set()
        return is_late

    def answer(self, seconds: float) -> Body | None:
        """The answer, None if it is not there in time."""
        self._done.wait(seconds)
        with self._turn:
            self._nobody_waits = not self._done.is_set()
            return None if self._nobody_waits else self._body


def in_time(act: Callable[[], Body], *, meanwhile: Callable[[], Body], afterwards: Callable[[Body], None]) -> Body:
    """What `act` answers, or `meanwhile` if that takes too long: `afterwards` gets the answer then."""
    app, work = current_app._get_current_object(), _Work()  # type: ignore[attr-defined]  # noqa: SLF001

    def go() -> None:
        try:
            with app.app_context():
                body = act()
            if work.is_late_with(body):  # by now its connection is given back
                log.warning("slack.answered_late")
                with app.app_context():
                    afterwards(body)
        except Exception:
            log.exception("slack.work_failed")

    begun = _pool.submit(contextvars.copy_context().run, go)
    _begun.add(begun)
    begun.add_done_callback(_begun.discard)
    body = work.answer(PATIENCE_SECONDS)
    return meanwhile() if body is None else body


def finish() -> None:
    """Wait until all that was begun is answered: for whoever is about to take the database away."""
    wait(tuple(_begun))
