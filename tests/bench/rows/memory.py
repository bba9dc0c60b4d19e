"""Memory (PSS) of every process of `make run` after a little traffic, beside a bare web and a bare worker."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable
from typing import Any

import psutil

from config.settings import load
from tests.bench.figures import table
from tests.bench.household import Household, Person, household, waiting_page
from tests.bench.lab import Lab, free_port
from tests.bench.served import Served, pss_mib, served, started
from workers import embedded

SETTLES = 8.0
"""Seconds in which the worker tells everybody and the sweep passes by."""
GOALS = {"web": 150, "worker": 110, "everything": 300}
KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("web", lambda line: "granian" in line),
    ("worker", lambda line: "workers.app" in line),
    ("beat", lambda line: " beat" in line),
    ("broker", lambda line: re.search(r"valkey|redis-server", line) is not None),
)


def measure(lab: Lab) -> dict[str, Any]:
    """The floors, then the product."""
    floor = {"web": _bare_web(lab), "worker": _bare_worker(lab)}
    with household(lab) as house:
        _use(house)
        used = _by_kind(house)
    used["everything"] = sum(used.values())
    rows = [(name, f"{mib:.0f}", _against(mib, floor.get(name)), _goal(name)) for name, mib in used.items()]
    table([("memory (PSS), MiB", "product", "of floor", "at most"), *rows])
    print(f"  floors: bare web {floor['web']:.0f} MiB, bare worker {floor['worker']:.0f} MiB")
    return {
        **{name: round(mib) for name, mib in used.items()}, "floor_web": round(floor["web"]), "floor_worker": round(floor["worker"]),
    }  # fmt: skip


def _use(house: Household) -> None:
    """A little of everything: pages, forms, a decision, a search; then let the worker speak."""
    cmo = Person(house.base)
    page = waiting_page(cmo.enter())
    for path in (page, "/purchases", "/purchases/new", "/routes", "/search?q=mail", "/api/openapi.json"):
        for _ in range(5):
            cmo.get(path)
    cmo.send(f"{page}/decisions", verb="approve")
    time.sleep(SETTLES)


def _by_kind(house: Household) -> dict[str, float]:
    """PSS by what a process is for; what is left is the supervisor with its helpers."""
    used = dict.fromkeys(("web", "worker", "beat", "broker", "supervisor"), 0.0)
    for process in house.tree():
        used[_kind(process)] += pss_mib(process)
    return used


def _kind(process: psutil.Process) -> str:
    try:
        line = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return "supervisor"
    return next((kind for kind, fits in KINDS if fits(line)), "supervisor")


def _bare_web(lab: Lab) -> float:
    """A web process that only imports what the product imports."""
    environ = lab.environ(PORT=str(free_port()), COLLAB_DATABASE_URL=f"sqlite:///{lab.folder / 'unused.db'}")
    with served("tests.bench.floors.libraries:app", environ, lab.folder / "libraries.log") as server:
        time.sleep(1)
        return server.pss_mib()


def _bare_worker(lab: Lab) -> float:
    """Celery with a job that does nothing, two processes of it."""
    settings = load(lab.environ(COLLAB_DATABASE_URL=f"sqlite:///{lab.folder / 'unused.db'}"))
    broker = embedded.ensure(settings)
    command = shlex.split(
        "celery --quiet -A tests.bench.floors.jobs worker --without-gossip --without-mingle --without-heartbeat"
    )
    try:
        with started(command, lab.environ(FLOOR_BROKER=settings.broker_url), lab.folder / "jobs.log") as process:
            time.sleep(4)
            return Served(0, process).pss_mib()
    finally:
        if broker is not None:
            broker.stop()


def _against(mib: float, floor: float | None) -> str:
    return f"{mib / floor:.2f}" if floor else ""


def _goal(name: str) -> str:
    return str(GOALS.get(name, ""))
