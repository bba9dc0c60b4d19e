"""How late an escalation is: a hundred deadlines a second, from the moment each was due until its notice was committed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

import psycopg

from collab.escalations import service
from collab.kernel import clock
from tests.bench.figures import rounded, table
from tests.bench.lab import Lab, driver_url
from tests.bench.product import Installation
from tests.bench.waits import copy, waiting

A_SECOND, SECONDS, OPEN = 100, 30, 100_000
"""Deadlines in a second, for how long, and how many others run that are not due."""
TICKS = {"a sweep every second": 1.0, "every quarter": 0.25}
"""The shortest the schedule allows; and as often as a worker could be woken."""
AHEAD = timedelta(seconds=2)


def measure(lab: Lab) -> dict[str, Any]:
    """Both paces on one database, one after the other."""
    count = lab.sized(A_SECOND * SECONDS, least=A_SECOND)
    kept: dict[str, Any] = {"deadlines": count}
    lines = []
    with waiting(lab, "product_lateness", clock.now()) as ours:
        copy(ours, "F", lab.sized(OPEN), clock.now() + timedelta(days=30))
        ours.settle()
        for number, (name, tick) in enumerate(TICKS.items()):
            late = _late(ours, f"L{number}", count, tick)
            hundredths = quantiles(late, n=100, method="inclusive")
            shown = [rounded(hundredths[49]), rounded(hundredths[98]), rounded(max(late))]
            kept[f"tick_{tick}"] = dict(zip(("p50_s", "p99_s", "most_s"), shown, strict=True))
            lines.append((name, *map(str, shown)))
    table([("late, seconds", "p50", "p99", "most"), *lines])
    return kept


def _late(ours: Installation, name: str, count: int, tick: float) -> list[float]:
    """Seconds from each due moment to the end of the sweep that wrote its notice."""
    first = clock.now() + AHEAD
    copy(ours, name, count, first, apart=1 / A_SECOND, rungs=1)
    late: list[float] = []
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        seen = _newest(connection)
        for _ in _ticks(tick, first + timedelta(seconds=count / A_SECOND) + AHEAD):
            with ours.app.app_context():
                service.sweep(now=clock.now())
            finished = clock.now()
            rows = connection.execute(
                "select id, slot from escalation_notices where id > %s order by id", [seen]
            ).fetchall()
            late += [(finished - datetime.fromisoformat(slot)).total_seconds() for _id, slot in rows]
            seen = rows[-1][0] if rows else seen
    if len(late) != count:
        raise SystemExit(f"{count} deadlines, {len(late)} notices")
    return late


def _ticks(tick: float, end: datetime) -> Iterator[None]:
    """As beat does: at even distances, however long a sweep took; one that is missed is not made up for."""
    following = time.monotonic()
    while clock.now() < end:
        yield
        following = max(following + tick, time.monotonic())
        time.sleep(max(0.0, following - time.monotonic()))


def _newest(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select coalesce(max(id), 0) from escalation_notices").fetchone()
    return int(row[0]) if row else 0
