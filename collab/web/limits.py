"""How often one may do something: calls of a token, pages of a browser, and what others could be troubled with.

    limits.spend("sign_in", request.remote_addr)      # raises TooOften

What is done rarely and matters (RATES) is counted where the broker is, when that is Redis, so that all processes count
together; while it does not answer, in each process's memory: a store that is away refuses nobody. Calls and pages, which are
many, are counted in memory only, by each process for itself: asking a store for each would cost as much as a third of a call.
"""

from __future__ import annotations

import hashlib
import math
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask, current_app, request, session
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from collab.kernel import clock
from collab.kernel.errors import DomainError
from collab.web.identity import count_wrong_tokens, is_api, presented_token

log = structlog.get_logger(__name__)

RATES = {
    "sign_in": "120 per minute",
    "sign_in_account": "10 per 10 minutes",
    "invitation": "30 per hour",
    "sign_in_link": "5 per hour",
    "token": "40 per hour",
    "search": "120 per minute",
}
"""By what is done: how often for one key (a member, an address). Many people of one office may share an address."""
_RATES = {name: parse(rate) for name, rate in RATES.items()}
PATIENCE = 0.25
"""Seconds the store may take: whoever waits for a page waits for it too."""
WINDOW, WRONG_TOKENS = 60, 30
"""Seconds of a window; how many tokens that open nothing one address may try in it."""
_OPEN_PATHS = ("/slack/", "/static/", "/healthz", "/readyz", "/metrics")
"""What counts for nothing: Slack, which is paced elsewhere and signs what it sends; health, whose askers never stop."""


class TooOften(DomainError):
    """Too often in too short a time; `seconds` from now it works again."""

    code, status = "too_often", 429

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


@dataclass
class Minute:
    """Who called how often in this minute of the clock. Two threads may count one call for two: it is no account book."""

    most: int
    number: int = -1
    calls: dict[str, int] = field(default_factory=dict)

    def count(self, caller: str, second: float) -> None:
        """One more call. Raises TooOften."""
        number = int(second // WINDOW)
        if number != self.number:
            self.number, self.calls = number, {}
        self.calls[caller] = made = self.calls.get(caller, 0) + 1
        if made > self.most:
            raise TooOften(max(1, math.ceil((number + 1) * WINDOW - second)))


@dataclass
class Counters:
    """Where one application counts."""

    minute: Minute
    wrong: Minute
    together: FixedWindowRateLimiter
    alone: FixedWindowRateLimiter


def install(app: Flask, *, broker_url: str, calls_per_minute: int) -> None:
    """Count calls of tokens and pages of browsers, and let features count what they name."""
    store = storage_of(broker_url)
    remote = (
        {} if store == "memory://" else {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": None}
    )
    together = FixedWindowRateLimiter(storage_from_string(store, **remote))  # type: ignore[arg-type]
    app.extensions["limits"] = Counters(
        Minute(calls_per_minute), Minute(WRONG_TOKENS), together, FixedWindowRateLimiter(MemoryStorage())
    )
    app.before_request(_count)
    count_wrong_tokens(app, _count_wrong)


def spend(name: str, key: object) -> None:
    """Count one of RATES for a key. Raises TooOften when there were as many as may be."""
    found = _counters()
    counted = ("collab", name, _mark(key))
    try:
        _hit(found.together, name, counted)
    except TooOften:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the store's library raises, nobody is refused because it is away
        log.warning("limits.store_away", error=type(error).__name__)
        _hit(found.alone, name, counted)


def forget(app: Flask) -> None:
    """Count from nothing: between tests that share an application."""
    found: Counters = app.extensions["limits"]
    found.minute.calls.clear()
    found.wrong.calls.clear()
    for counter in (found.alone, found.together):
        with suppress(Exception):
            counter.storage.reset()


def storage_of(broker_url: str) -> str:
    """Where counts are kept, in the words of the library: the broker, where it is Redis."""
    parts = urlsplit(broker_url)
    if parts.scheme == "redis+socket":
        return f"redis+unix://{unquote(parts.path)}"
    return broker_url if parts.scheme in {"redis", "rediss"} else "memory://"


def _hit(counter: FixedWindowRateLimiter, name: str, counted: tuple[str, ...]) -> None:
    if not counter.hit(_RATES[name], *counted):
        ends_at = counter.get_window_stats(_RATES[name], *counted).reset_time
        raise TooOften(max(1, math.ceil(ends_at - time.time())))  # noqa: TID251 - the store counts by the machine's own clock


def _count() -> None:
    if not request.path.startswith(_OPEN_PATHS):
        _counters().minute.count(_caller(), clock.now().timestamp())


def _count_wrong() -> None:
    """A token that opens nothing. Whoever guesses is told to wait; the right ones of the same office go on working, for they are
    not counted here."""
    _counters().wrong.count(request.remote_addr or "nowhere", clock.now().timestamp())


def _caller() -> str:
    """Whose calls are counted together: a token's, a signed-in browser's, else an address's. Never the secret itself."""
    known = presented_token() if is_api() else session.get("_user_id")
    return _mark(known) if known else request.remote_addr or "nowhere"


def _mark(key: object) -> str:
    return hashlib.sha256(str(key).encode()).hexdigest()[:32]


def _counters() -> Counters:
    found: Counters = current_app.extensions["limits"]
    return found
