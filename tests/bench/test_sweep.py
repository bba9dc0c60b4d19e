"""The rows of the sweep: its floor does what it says, and what is copied is what the engine sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from collab.escalations import service
from tests.bench.floors import sweep as floor
from tests.bench.lab import Lab, driver_url
from tests.bench.waits import copy, waiting
from tests.factories import NOW
from tests.parts.postgres import Postgres


class OfThisRun(Lab):
    """A lab on the run's own server."""

    def database(self, name: str) -> str:
        self._server.create(name)
        return str(self._server.url(name))


@pytest.fixture
def lab(postgres: Postgres, tmp_path: Path) -> Iterator[Lab]:
    yield OfThisRun(tmp_path, _server=postgres)
    for name in ("floor_sweep_test", "product_sweep_test"):
        postgres.drop(name)


def test_floor_and_product_move_the_same_waits_and_tell_as_many(lab: Lab) -> None:
    moments = [NOW, NOW + timedelta(seconds=1)]
    url = driver_url(lab.database("floor_sweep_test"))
    floor.fill(url, 50, 30, moments)
    with psycopg.connect(url) as connection:
        assert [floor.sweep(connection, at) for at in (*moments, moments[-1])] == [30, 30, 0]
        told = connection.execute("select count(*), count(distinct wait_id) from notices").fetchone()
    assert told == (80, 60), "one, one, and two readers in turn"
    with waiting(lab, "product_sweep_test", NOW) as ours:
        copy(ours, "F", 50, NOW + timedelta(days=30))
        copy(ours, "D", 30, NOW)
        with ours.app.app_context():
            assert [service.sweep(now=NOW), service.sweep(now=NOW)] == [30, 0]
        with psycopg.connect(driver_url(ours.url)) as connection:
            rows = "select count(*), count(distinct escalation_id) from escalation_notices where skipped is null"
            assert connection.execute(rows).fetchone() == (40, 30)
