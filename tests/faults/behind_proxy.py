"""An application in this process whose PostgreSQL is behind our proxy, and what its callers look at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine

from collab.kernel.db import db
from tests.parts.applications import application, settings_for
from tests.parts.databases import Database
from tests.parts.proxy import Proxy

KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def proxy(database: Database) -> Iterator[Proxy]:
    """What stands between the application and its database."""
    folder = parse_qs(urlsplit(database.url).query)["host"][0]
    with Proxy(f"{folder}/.s.PGSQL.5432") as made:
        yield made


@pytest.fixture
def app(database: Database, proxy: Proxy, tmp_path: Path) -> Iterator[Flask]:
    """The application, whose database is behind the proxy."""
    name = urlsplit(database.url).path
    url = f"postgresql+psycopg://postgres@{proxy.host}:{proxy.port}{name}"
    with application(settings_for(url, tmp_path / "var")) as made:
        yield made
        proxy.heal()


@contextmanager
def within(seconds: float, *, at_least: float = 0.0) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert at_least <= time.monotonic() - started < seconds


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Several callers at the same time; what each got."""
    got: list[object] = [None] * len(acts)

    def call(place: int) -> None:
        got[place] = acts[place]()

    threads = [threading.Thread(target=call, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def until(truth: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def assert_clean(answer) -> None:
    """A 503 a person and a program can act on."""
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.json["code"] == "busy"
    assert answer.headers["Retry-After"] == "2"
    assert answer.json["title"].startswith(("The service is busy", "ただいま混み合って"))


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine
