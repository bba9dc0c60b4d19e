"""The sweep of escalations: a thousand waits that are due among N that run; and a sweep that finds nothing.

N is 10 thousand, 100 thousand and 1 million; `COLLAB_BENCH_OPEN=10000,5000000` says otherwise.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

import psycopg

from collab.escalations import service
from tests.bench.figures import Contest, Round, rounded, table
from tests.bench.floors import sweep as floor
from tests.bench.lab import Lab, driver_url
from tests.bench.waits import copy, waiting
from tests.factories import NOW

OPEN = "10000,100000,1000000"
DUE, IDLE = 1000, 20
"""Due in a round; and how many sweeps without anything due follow it."""
Sweep = Callable[[datetime], int]


def measure(lab: Lab) -> dict[str, Any]:
    """Each size on databases of its own; floor and product in turn."""
    sizes = [int(size) for size in os.environ.get("COLLAB_BENCH_OPEN", OPEN).split(",")]
    due, kept = lab.sized(DUE), {}
    for size in sizes:
        kept[str(size)] = _size(lab, size, due)
    lines = [(f"{size} open", *(str(found[name]) for name in _HEAD)) for size, found in kept.items()]
    table([(f"a sweep of {due} due", *_HEAD), *lines])
    growth = kept[str(sizes[-1])]["ms"] / kept[str(sizes[0])]["ms"]
    print(f"  with {sizes[-1]} open it takes {growth:.2f} times as long as with {sizes[0]}")
    return {"due": due, **kept, "growth": rounded(growth)}


_HEAD = ("ms", "floor_ms", "ratio", "cpu_ms", "idle_ms", "floor_idle_ms")


def _size(lab: Lab, size: int, due: int) -> dict[str, float]:
    moments = [NOW + timedelta(seconds=number) for number in range(lab.rounds + 1)]
    idle: dict[str, list[float]] = {"floor": [], "product": []}
    with ExitStack() as stack:
        sweeps = {
            "floor": stack.enter_context(_floor(lab, size, due, moments)),
            "product": stack.enter_context(_product(lab, size, due, moments)),
        }
        rounds = {name: partial(_round, one, moments, due, idle[name]) for name, one in sweeps.items()}
        contest = Contest(rounds, lab.rounds)
    ms, ratio = partial(contest.median, value="p50_ms"), contest.ratio("p50_ms")
    return {
        "ms": rounded(ms("product")), "floor_ms": rounded(ms("floor")), "ratio": rounded(ratio.middle),
        "spread": [rounded(ratio.least), rounded(ratio.most)],  # type: ignore[dict-item]
        "cpu_ms": rounded(contest.median("product", "cpu_ms") * due),
        "idle_ms": rounded(median(idle["product"])), "floor_idle_ms": rounded(median(idle["floor"])),
    }  # fmt: skip


def _round(sweep: Sweep, moments: list[datetime], due: int, idle: list[float], number: int) -> Round:
    """One sweep that finds its thousand, then some that find nothing."""
    cpu, began = time.process_time(), time.perf_counter()
    moved = sweep(moments[number])
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if moved != due:
        raise SystemExit(f"a sweep of {due} moved {moved}")
    for _ in range(IDLE):
        began = time.perf_counter()
        sweep(moments[number])
        idle.append((time.perf_counter() - began) * 1e3)
    return Round(due / seconds, seconds * 1e3, seconds * 1e3, cpu / due * 1e3)


@contextmanager
def _floor(lab: Lab, size: int, due: int, moments: list[datetime]) -> Iterator[Sweep]:
    url = driver_url(lab.database(f"floor_sweep_{size}"))
    floor.fill(url, size, due, moments)
    with psycopg.connect(url) as connection:
        yield partial(floor.sweep, connection)


@contextmanager
def _product(lab: Lab, size: int, due: int, moments: list[datetime]) -> Iterator[Sweep]:
    with waiting(lab, f"product_sweep_{size}", NOW) as ours:
        copy(ours, "F", size, moments[-1] + timedelta(days=30))
        for number, moment in enumerate(moments):
            copy(ours, f"D{number}", due, moment)
        ours.settle()

        def sweep(now: datetime) -> int:
            with ours.app.app_context():
                return service.sweep(now=now)

        sweep(NOW - timedelta(seconds=1))  # a sweep ran a moment ago: there is no outage to make up for
        yield sweep
