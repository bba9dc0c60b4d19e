"""The rows of the pages and of growth: a walk through floor and product ends decided; what is copied is what the product writes."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from collab.home import queries as home
from collab.kernel import clock
from collab.kernel.db import db
from collab.purchases.queries import sight
from collab.subjects import queries as subjects
from tests.bench.floors import flow, tables
from tests.bench.lab import SECRET, Lab, driver_url
from tests.bench.load import Answer
from tests.bench.product import FIRST, REQUESTER, SECOND, installation
from tests.bench.requests import COMMON, COPIED, PAIR, RARE, WAITING, plant
from tests.bench.rows.growth import OUTSIDER
from tests.bench.rows.pages import FLOORS, PRODUCTS, flow_of
from tests.bench.walks import Browser, signed
from tests.parts.postgres import Postgres

COUNT = 120


class OfThisRun(Lab):
    """A lab on the run's own server, which other processes of the run use as well: no name is taken twice."""

    def database(self, name: str) -> str:
        own = f"{name}_{uuid.uuid4().hex}"
        self._server.create(own)
        return str(self._server.url(own))


@pytest.fixture
def lab(postgres: Postgres, tmp_path: Path) -> Lab:
    return OfThisRun(tmp_path, _server=postgres)


def through(app: Flask, way: Generator[bytes, Answer, None]) -> None:
    """Go a way through an application in this process."""
    client, answer = app.test_client(use_cookies=False), None
    with suppress(StopIteration):
        while True:
            head, _, body = way.send(answer).partition(b"\r\n\r\n")  # type: ignore[arg-type]
            first, *lines = head.decode().split("\r\n")
            method, path, _version = first.split()
            came = client.open(path, method=method, headers=dict(line.split(": ", 1) for line in lines), data=body)
            said = "".join(f"\r\n{name}: {value}" for name, value in came.headers)
            answer = Answer(came.status_code, said.encode(), came.data)


def test_a_walk_through_the_floors_pages_files_and_decides(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    url = driver_url(lab.database("floor_pages_test"))
    tables.found(url)
    monkeypatch.setenv("FLOOR_DATABASE", url)
    monkeypatch.setenv("COLLAB_SECRET_KEY", SECRET)
    from tests.bench.floors import pages as floor

    members = (flow.REQUESTER, flow.CMO, flow.CIO)
    people = [Browser({"session": signed(SECRET, member=one)}) for one in members]
    for _ in range(2):
        through(floor.app, flow_of(FLOORS, *people))
    with psycopg.connect(url) as connection:
        done = connection.execute("select state, (select count(*) from decisions) from papers").fetchall()
    assert done == [("approved", 4), ("approved", 4)]


def test_a_walk_through_the_products_pages_files_and_decides(lab: Lab) -> None:
    with installation(lab, "product_pages_test") as ours:
        people = [Browser(ours.cookies(name, str(ours.app.secret_key))) for name in (REQUESTER, FIRST, SECOND)]
        for _ in range(2):
            through(ours.app, flow_of(PRODUCTS, *people))
        with psycopg.connect(driver_url(ours.url)) as connection:
            done = connection.execute("select state, count(*) from purchases group by state").fetchall()
    assert done == [("approved", 2)]


def test_a_copied_request_has_as_many_rows_as_one_that_went_its_way_and_is_found_as_it_is(lab: Lab) -> None:
    with installation(lab, "product_growth_test") as ours:
        plant(ours, COUNT)
        with psycopg.connect(driver_url(ours.url)) as connection:
            assert _rows_of(connection, "PR-41") == _rows_of(connection, "PR-1")
            unknown = _tables(connection, "PR-1") - {table for table, _whose, _changes in COPIED}
        assert not unknown, "a request is kept in tables that are not copied"
        cmo = ours.member(FIRST)
        with ours.app.app_context():
            waits = subjects.inbox(cmo, clock.now())
            found = {word: len(subjects.search(cmo, word, limit=500)) for word in (COMMON, PAIR, RARE)}
        assert len(waits) == WAITING
        assert found[RARE] == 21
        assert 1 < found[PAIR] < 5
        assert found[COMMON] > COUNT * 0.6


LARGE = (
    "purchases",
    "approval_rounds",
    "approval_seats",
    "subjects",
    "subject_grams",
    "audit_entries",
    "outbox_messages",
)


def test_nothing_that_is_asked_every_day_reads_all_requests_there_ever_were(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "FEW", 0)
    with installation(lab, "product_growth_test") as ours:
        plant(ours, COUNT)
        cmo, outsider = ours.member(FIRST), ours.member(OUTSIDER)
        with statements_of(ours.app) as said, ours.app.app_context():
            subjects.inbox(cmo, clock.now())
            home.get_glance(cmo, waiting=set(), now=clock.now())
            subjects.search(cmo, COMMON)
            subjects.search(outsider, COMMON)
        with psycopg.connect(driver_url(ours.url)) as connection:
            connection.execute("analyze")  # the plan of what is there, not of what a vacuum happened to count
            connection.execute(
                "set enable_seqscan = off"
            )  # small tables are read whole; large ones where nothing else helps
            plans = {text: _plan(connection, text, values) for text, values in said.items()}
    assert len(plans) > 20
    read = [text for text, plan in plans.items() if any(f"Seq Scan on {table} " in plan for table in LARGE)]
    assert any("ix_purchases_pending" in plan for plan in plans.values()), (
        "who is late is found among what is being decided"
    )
    assert any("WITH papers" in text for text in plans), "an outsider's candidates are narrowed"
    assert not read, "\n\n".join(f"{text}\n{plans[text]}" for text in read)


@contextmanager
def statements_of(app: Flask) -> Iterator[dict[str, Any]]:
    """What is asked of the database until the block ends, with its values."""
    said: dict[str, Any] = {}
    with app.app_context():
        engine = db.engine

    def heard(_connection: object, _cursor: object, text: str, values: Any, *_rest: object) -> None:
        said[text] = values

    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", heard)


def _plan(connection: psycopg.Connection[Any], text: str, values: Any) -> str:
    return "\n".join(line for (line,) in connection.execute(f"explain {text}", values, prepare=False))


def _rows_of(connection: psycopg.Connection[Any], key: str) -> dict[str, int]:
    """How many rows speak of a request, by table."""
    number = int(key.partition("-")[2])
    counts = {
        "purchases": "id = %(number)s", "approval_rounds": "subject_key = %(key)s",
        "approval_seats": "round_id = (select id from approval_rounds where subject_key = %(key)s)", "subjects": "key = %(key)s",
        "audit_entries": "subject_key = %(key)s", "outbox_messages": "subject_key = %(key)s", "subject_texts": "key = %(key)s",
        "subject_grams": "prefix = 'PR' and number = %(number)s",
    }  # fmt: skip
    found = {}
    for table, whose in counts.items():
        row = connection.execute(
            f"select count(*) from {table} where {whose}", {"key": key, "number": number}
        ).fetchone()
        found[table] = int(row[0]) if row else 0
    assert all(found.values()), found
    return found


def _tables(connection: psycopg.Connection[Any], key: str) -> set[str]:
    """Every table with a column for keys of subjects in which this one stands."""
    named = connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and column_name in ('subject_key', 'key') and data_type like '%char%'"
    ).fetchall()
    return {
        table
        for table, column in named
        if connection.execute(f'select 1 from "{table}" where "{column}" = %s limit 1', [key]).fetchone()
    }
