"""The embedded default when its one writer's seat is taken, and when the disk is full: a clean refusal, nothing half done."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, text

from collab.audit import queries as audit
from collab.kernel.atomic import atomic
from collab.kernel.database_away import patience
from collab.kernel.db import SQLITE_WAITS, db
from collab.kernel.errors import Busy
from tests.parts.databases import Database

KEY = {"Idempotency-Key": "one"}
LONG = {"title": "A", "purpose": "x" * 2000}


@contextmanager
def somebody_writes(database: Database) -> Iterator[None]:
    """Another process has begun to write and does not end."""
    other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def assert_clean(answer) -> None:
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (503, "application/problem+json", "busy")
    assert answer.headers["Retry-After"] == "2"


def test_a_write_waits_as_long_as_somebody_has_patience_and_reading_goes_on(as_, database, monkeypatch):
    monkeypatch.setattr("collab.web.wiring.PATIENCE", 0.5)
    mika = as_("mika")
    with somebody_writes(database):
        started = time.monotonic()
        assert_clean(mika.post("/purchases", {"title": "A"}, headers=KEY))
        assert 0.5 <= time.monotonic() - started < 2.0
        assert mika.get("/me/inbox").status_code == 200
    assert mika.post("/purchases", {"title": "A"}, headers=KEY).status_code == 201
    assert len(mika.get("/purchases").json) == 1


@pytest.mark.usefixtures("indoors")
def test_a_worker_waits_longer_than_whoever_wrote_on_the_same_connection_before(database):
    with patience(0.1), somebody_writes(database), pytest.raises(Busy), atomic():
        pass
    with atomic() as unit:
        assert unit.session.scalar(text("pragma busy_timeout")) == SQLITE_WAITS * 1000


def test_a_full_disk_refuses_the_whole_write_and_takes_the_next_when_there_is_room(as_, app, full):
    mika, filed = as_("mika"), []
    with full(pages=20):
        while (
            answer := mika.post("/purchases", LONG, headers={"Idempotency-Key": str(len(filed))})
        ).status_code == 201:
            filed.append(answer.json["key"])
        assert_clean(answer)
        assert mika.get("/me/inbox").status_code == 200
    assert 0 < len(filed) < 100
    assert {row["key"] for row in mika.get("/purchases?limit=100").json} == set(filed)
    with app.app_context():
        assert audit.verify() == []
    refused = {"Idempotency-Key": str(len(filed))}
    assert mika.post("/purchases", {"title": "A"}, headers=refused).status_code == 201


@pytest.fixture
def full(app: Flask):
    """A disk on which the database can grow by so many pages, and no further."""
    with app.app_context():
        engine = db.engine

    @contextmanager
    def limited(pages: int) -> Iterator[None]:
        with engine.connect() as connection:
            most = connection.execute(text("pragma page_count")).scalar_one() + pages

        def limit(connection, _record) -> None:
            connection.execute(f"pragma max_page_count={most}")

        event.listen(engine, "connect", limit)
        engine.dispose()
        yield
        event.remove(engine, "connect", limit)
        engine.dispose()

    return limited
