"""The whole flow at the service layer, one process: filed, approved by the CMO, decided by the CIO."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.actor import Actor
from tests.bench.figures import Contest, Round
from tests.bench.floors import flow, tables
from tests.bench.lab import Lab, driver_url
from tests.bench.product import FIRST, REQUESTER, SECOND, Installation, installation

FLOWS = 300


def measure(lab: Lab) -> dict[str, Any]:
    """Hand-written SQL, the product's services."""
    flows = lab.sized(FLOWS)
    url = driver_url(lab.database("floor_flow"))
    tables.found(url)
    with psycopg.connect(url) as connection, installation(lab, "product_flow") as ours:
        ours.settle()
        act = product(ours)
        contenders = {
            "hand-written SQL": lambda _number: timed(lambda: flow.flow(connection), flows),
            "product": lambda _number: timed(act, flows),
        }
        contest = Contest(contenders, lab.rounds)
    contest.print("whole flow, services")
    return contest.figures()


def product(ours: Installation) -> Callable[[], None]:
    """One flow through the services, each action in a context of its own as an edge opens it."""
    mika, cmo, cio = (ours.member(name) for name in (REQUESTER, FIRST, SECOND))

    def decide(key: str, actor: Actor) -> None:
        with ours.app.app_context():
            approvals.decide(key=key, actor=actor, verb="approve", now=clock.now())

    def act() -> None:
        key = ours.file(mika)
        decide(key, cmo)
        decide(key, cio)

    return act


def timed(act: Callable[[], None], times: int) -> Round:
    """Do something often; how long each took, and this process's time for all."""
    latencies: list[float] = []
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(times):
        since = time.perf_counter()
        act()
        latencies.append(time.perf_counter() - since)
    return Round.of(latencies, time.perf_counter() - began, cpu_seconds=time.process_time() - cpu)
