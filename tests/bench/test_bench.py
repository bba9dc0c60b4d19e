"""The measuring itself: neighbours are compared, refusals are no speed, every floor does what it says."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.bench.figures import Contest, Ratio, Round
from tests.bench.floors import flow, tables
from tests.bench.hands import FLOOR, PRODUCT, broker, hands
from tests.bench.lab import Lab, driver_url
from tests.bench.load import drive, http_request
from tests.bench.notes import fill, new_channels
from tests.bench.rows.delivery import BUDGET, share
from tests.bench.served import Served
from tests.bench.stopwatch import BEGAN, CALLED, ENDED, Stopwatch
from tests.parts.applications import application, migrate, settings_for
from tests.parts.brokers import EMBEDDED
from tests.parts.postgres import Postgres

MARK_THREE = "from tests.bench.stopwatch import mark; [mark(what) for what in (b'b', b'c', b'e')]"


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


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Stopwatch]:
    stopwatch = Stopwatch(tmp_path / "pipe")
    yield stopwatch
    stopwatch.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path)
    yield lab
    lab.close()


def test_marks_of_another_process_come_in_order_and_on_our_clock(watch: Stopwatch, lab: Lab) -> None:
    before = time.monotonic()
    subprocess.run([sys.executable, "-c", MARK_THREE], env=lab.environ(**watch.environ), check=True)
    after = time.monotonic()
    marks = watch.marks()
    seen = [next(marks) for _ in range(3)]
    assert [what for what, _moment in seen] == [BEGAN, CALLED, ENDED]
    assert before <= seen[0][1] <= seen[1][1] <= seen[2][1] <= after


def test_what_never_happens_ends_the_measurement(watch: Stopwatch) -> None:
    with pytest.raises(SystemExit, match="nothing has happened"):
        watch.until(ENDED, patience=0.05)


def test_a_commit_of_the_floor_writes_one_row_and_starts_one_job(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.create("floor_of_the_commit")
    url = driver_url(postgres.url("floor_of_the_commit"))
    monkeypatch.setenv("FLOOR_BROKER", "memory://")
    monkeypatch.setenv("FLOOR_DATABASE", url)
    from tests.bench.floors import commits, jobs

    try:
        tables.found(url, papers=1)
        before = time.monotonic()
        with commits.Committer() as committer:
            assert before <= committer.commit() <= time.monotonic()
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from messages").fetchone() == (1,)
    finally:
        postgres.drop("floor_of_the_commit")
    with jobs.app.connection() as line:
        assert line.SimpleQueue(jobs.app.conf.task_default_queue).qsize() == 1


def test_nobody_works_while_a_round_is_prepared(lab: Lab) -> None:
    with broker(EMBEDDED) as url, hands(lab, FLOOR, url) as worker:
        with worker.held():
            worker.start(3)
            time.sleep(0.3)
            with pytest.raises(SystemExit):
                worker.watch.until(BEGAN, patience=0.3)
        assert worker.watch.until(ENDED, times=3) > worker.released_at


def test_the_products_worker_calls_slack_once_for_each_message_that_waits(lab: Lab) -> None:
    url = f"sqlite:///{lab.folder / 'bench.db'}"
    with application(settings_for(url, lab.folder / "var")) as app, broker(EMBEDDED) as broker_url:
        migrate(app)
        with hands(lab, PRODUCT, broker_url, COLLAB_DATABASE_URL=url) as worker:
            fill(app, new_channels(5))
            worker.start()
            marks = [what for what, _moment in _until_ended(worker.watch)]
    assert marks == [BEGAN, *[CALLED] * 5, ENDED]


def _until_ended(watch: Stopwatch) -> Iterator[tuple[bytes, float]]:
    for mark in watch.marks():
        yield mark
        if mark[0] == ENDED:
            return


def test_the_share_of_the_budget_counts_what_was_said_between_two_moments() -> None:
    each = 60 / BUDGET
    moments = [number * each for number in range(100)]
    assert share(moments, 0.0, moments[-1]) == pytest.approx(1.0)
    assert share(moments[::2], 0.0, moments[-2]) == pytest.approx(0.5)
    assert share([*moments, 1000.0], 0.0, moments[-1]) == pytest.approx(1.0)
