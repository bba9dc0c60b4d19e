"""The measuring itself: neighbours are compared, refusals are no speed, every floor does what it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psutil
import psycopg
import pytest

from tests.bench.figures import Contest, Ratio, Round
from tests.bench.floors import flow, tables
from tests.bench.lab import driver_url
from tests.bench.load import drive, http_request
from tests.bench.served import Served
from tests.parts.postgres import Postgres


@contextmanager
def answering(status: int) -> Iterator[Served]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections open

        def do_GET(self) -> None:
            body = b"x" * 70_000
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_about: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(server.server_port, psutil.Process())
        finally:
            server.shutdown()
            thread.join()


def test_a_ratio_compares_neighbouring_rounds_only() -> None:
    ratio = Ratio.of([10, 40, 30], [20, 40, 120])
    assert (ratio.middle, ratio.least, ratio.most) == (0.5, 0.25, 1.0)


def test_contenders_take_turns_and_the_warm_round_does_not_count() -> None:
    turns: list[tuple[str, int]] = []

    def contender(name: str, rate: float) -> Any:
        def one(number: int) -> Round:
            turns.append((name, number))
            return Round(rate if number else 1e9, 1, 1, 1)

        return one

    contest = Contest({"floor": contender("floor", 100), "product": contender("product", 50)}, rounds=2)
    assert turns == [(name, number) for number in range(3) for name in ("floor", "product")]
    assert contest.figures()["ratio"] == 0.5


def test_the_client_hears_whole_answers_on_every_connection() -> None:
    with answering(200) as server:
        done = drive(server, [[http_request("GET", "/", {})] * 3, [http_request("GET", "/", {})] * 2], wanted=200)
    assert done.rate > 0
    assert done.p50_ms <= done.p99_ms


def test_a_refusal_ends_the_measurement() -> None:
    with answering(409) as server, pytest.raises(SystemExit, match="409"):
        drive(server, [[http_request("GET", "/", {})]], wanted=200)


def test_the_floor_of_the_flow_says_nineteen_statements(postgres: Postgres) -> None:
    class Counted(psycopg.Cursor[Any]):
        said = 0

        def execute(self, *args: Any, **kwargs: Any) -> Any:
            Counted.said += 1
            return super().execute(*args, **kwargs)

    postgres.create("floor_of_the_flow")
    url = driver_url(postgres.url("floor_of_the_flow"))
    try:
        tables.found(url)
        with psycopg.connect(url, cursor_factory=Counted) as connection:
            flow.flow(connection)
            done = connection.execute("select state, (select count(*) from decisions) from papers").fetchall()
    finally:
        postgres.drop("floor_of_the_flow")
    assert Counted.said == 19 + 1
    assert done == [("approved", 2)]
