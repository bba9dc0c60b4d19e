"""Which workspace and app are ours: remembered, else read from the database, else asked of Slack.

The first click after a start waits for the answer, but never as long as Slack waits for ours: who asks is a thread of
its own, and what it learns after that is there for the next message.
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field

import structlog
from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from collab.kernel import clock
from collab.kernel.errors import DomainError
from collab.slack import queries, service
from collab.slack.client import Home, Transport
from collab.slack.problems import SlackProblem

log = structlog.get_logger(__name__)
CLICK_SECONDS, JOB_SECONDS, ASK_AGAIN_SECONDS = 1.5, 10.0, 60.0
"""How long a person's message waits, how long a worker does, and how soon we ask again after no answer."""


@dataclass
class Asked:
    """A question to Slack on its way."""

    thread: threading.Thread
    found: list[Home] = field(default_factory=list)


class Finder:
    """What one process knows of its token."""

    def __init__(self, transport: Transport, token: str | None) -> None:
        self._transport = transport
        self._token_hash = hashlib.sha256((token or "").encode()).hexdigest()
        self._known: Home | None = None
        self._asked: Asked | None = None
        self._not_before = 0.0
        self._turn = threading.Lock()

    def find(self, patience: float = CLICK_SECONDS) -> Home | None:
        """Our home, or None while it is unknown (and always on the console)."""
        if self._known is not None or self._transport.name == "console":
            return self._known
        with self._turn:
            if self._asked is None and time.monotonic() >= self._not_before:
                self._not_before = time.monotonic() + ASK_AGAIN_SECONDS
                self._known = self._read()
                self._asked = None if self._known else self._ask()
            asked = self._asked
        if asked is not None:
            asked.thread.join(patience)
            self._heard(asked)
        return self._known

    def _ask(self) -> Asked:
        """The transport knows nothing of the application's context, so it can be used in another thread."""
        found: list[Home] = []

        def ask() -> None:
            try:
                home = self._transport.home()
            except SlackProblem as problem:
                log.warning("slack.home_unknown", error=problem.error)
                return
            if home is not None:
                found.append(home)

        asked = Asked(threading.Thread(target=ask, name="slack-home", daemon=True), found)
        asked.thread.start()
        return asked

    def _heard(self, asked: Asked) -> None:
        """Take the answer, once, and write it down for other processes and later starts."""
        with self._turn:
            if self._asked is not asked or asked.thread.is_alive():
                return
            self._asked = None
            if not asked.found:
                return
            self._known = asked.found[0]
        if self._known.app:
            self._write(self._known)

    def _read(self) -> Home | None:
        try:
            row = queries.find_installation(self._token_hash)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("slack.home_not_read", error=str(error))
            return None
        return Home(row.team_id, row.app_id, row.enterprise_id) if row else None

    def _write(self, home: Home) -> None:
        try:
            service.keep_installation(
                self._token_hash, team=home.team, app=home.app, organization=home.organization, now=clock.now()
            )
        except (DomainError, DBAPIError, PoolTimeout) as error:
            log.warning("slack.home_not_kept", error=str(error))


def home(patience: float = CLICK_SECONDS) -> Home | None:
    """The workspace and app of the running application."""
    finder: Finder = current_app.extensions["slack.home"]
    return finder.find(patience)
