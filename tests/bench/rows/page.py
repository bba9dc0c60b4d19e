"""The page on which the CMO decides: what it weighs on a cold cache, how long it takes to make, how it fares on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.browser import Judged, fetch, lighthouse
from tests.bench.figures import Contest, Round, rounded, table
from tests.bench.household import Person, household, waiting_page
from tests.bench.lab import Lab, free_port
from tests.bench.load import drive, http_request
from tests.bench.served import Served, served

PAGES = 60
JUDGED = 3
"""Lighthouse runs of each page; the middle one counts."""


def measure(lab: Lab) -> dict[str, Any]:
    """A plain form, the product's page of a waiting purchase in the sample company."""
    environ = lab.environ(PORT=str(free_port()), COLLAB_DATABASE_URL=f"sqlite:///{lab.folder / 'unused.db'}")
    with served("tests.bench.floors.page:app", environ, lab.folder / "page.log") as floor, household(lab) as house:
        plain = f"http://127.0.0.1:{floor.port}/"
        cmo = Person(house.base)
        path = waiting_page(cmo.enter())
        server = Served(int(house.base.rpartition(":")[2]), house.process)
        contest = Contest(
            {"plain form": _maker(lab, floor, "/", ""), "product": _maker(lab, server, path, cmo.cookie())}, lab.rounds
        )
        contest.print("making the page, 1 reader")
        return {
            "render_ms": rounded(contest.median("product", "p50_ms")),
            "floor_render_ms": rounded(contest.median("plain form", "p50_ms")),
            **_weigh(plain, house.base + path, cmo.cookie()),
            **_judge(lab, plain, house.base + path, cmo.cookie()),
        }


def _maker(lab: Lab, server: Served, path: str, cookie: str) -> Callable[[int], Round]:
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "en", **({"Cookie": cookie} if cookie else {})}
    said = [http_request("GET", path, headers)] * lab.sized(PAGES)
    return lambda _number: drive(server, [said], wanted=200)


def _weigh(plain: str, page: str, cookie: str) -> dict[str, Any]:
    floor, ours = fetch(plain), fetch(page, cookie)
    table(
        [
            ("on a cold cache", "bytes", "requests"),
            ("plain form", str(floor.bytes), str(floor.requests)),
            ("product", str(ours.bytes), str(ours.requests)),
            ("at most", "60000", "6"),
        ]
    )
    return {"bytes": ours.bytes, "requests": ours.requests, "floor_bytes": floor.bytes}


def _judge(lab: Lab, plain: str, page: str, cookie: str) -> dict[str, Any]:
    """Lighthouse in alternating runs, the middle one by its LCP."""
    runs = [(lighthouse(plain, lab.folder), lighthouse(page, lab.folder, cookie)) for _ in range(JUDGED)]
    floor, ours = ([run for run in side if isinstance(run, Judged)] for side in zip(*runs, strict=True))
    if not floor or not ours:
        why = next(str(run) for pair in runs for run in pair if isinstance(run, str))
        lab.note(f"Lighthouse {why}")
        return {"lighthouse": None}
    bare, full = _middle(floor), _middle(ours)
    print(f"  Lighthouse at 360 px (performance/accessibility/best practices): product {full}; plain form {bare}")
    scores = [full.performance, full.accessibility, full.best_practices]
    return {
        "lighthouse": scores,
        "lcp_ms": round(full.lcp_ms),
        "floor_lcp_ms": round(bare.lcp_ms),
        "lcp_ratio": rounded(full.lcp_ms / bare.lcp_ms),
    }


def _middle(runs: list[Judged]) -> Judged:
    return sorted(runs, key=lambda run: run.lcp_ms)[len(runs) // 2]
