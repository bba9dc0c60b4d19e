"""A decision over HTTP: JSON, bearer token, 16 connections, PostgreSQL; every decision is another one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.bench.figures import Contest, Round
from tests.bench.floors import tables
from tests.bench.floors.flow import CIO, CMO
from tests.bench.lab import Lab, driver_url, free_port, product_environ
from tests.bench.load import CONNECTIONS, drive, http_request
from tests.bench.product import FIRST, SECOND, Installation, installation
from tests.bench.served import Served, served
from workers import embedded

PAPERS = 400
"""In a round; each is decided twice, first by the CMO, then by the CIO."""

Say = Callable[[Any, int], bytes]
"""The request that decides on a paper at its first or second step."""


def measure(lab: Lab) -> dict[str, Any]:
    """Bare psycopg, a plain ORM application, the product."""
    papers = lab.sized(PAPERS, least=CONNECTIONS)
    with ExitStack() as stack:
        contenders = {
            "raw psycopg": stack.enter_context(floor(lab, "raw", papers)),
            "plain ORM": stack.enter_context(floor(lab, "orm", papers)),
            "product": stack.enter_context(product(lab, papers)),
        }
        contest = Contest(contenders, lab.rounds)
    contest.print("decision over HTTP")
    orm = contest.ratio("rate", to="plain ORM")
    print(f"  the product makes {orm} times the decisions of the plain ORM application")
    return {**contest.figures(), "orm_rate": round(contest.median("plain ORM", "rate")), "of_orm": round(orm.middle, 2)}


@contextmanager
def floor(lab: Lab, kind: str, papers: int) -> Iterator[Callable[[int], Round]]:
    """A floor application with enough pending papers."""
    url = driver_url(lab.database(f"floor_{kind}"))
    numbers = tables.found(url, papers * (lab.rounds + 1))
    environ = lab.environ(FLOOR_DATABASE=url, PORT=str(free_port()), COLLAB_DATABASE_URL=url)
    with served(f"tests.bench.floors.{kind}:app", environ, lab.folder / f"{kind}.log") as server:
        yield _rounds(server, numbers, papers, _floor_says)


@contextmanager
def product(lab: Lab, papers: int) -> Iterator[Callable[[int], Round]]:
    """The product with enough pending requests, and the broker its bell rings at."""
    with installation(lab, "product_decide") as ours:
        keys = ours.filed(papers * (lab.rounds + 1))
        ours.settle()
        say = says(ours)
        environ = product_environ(lab, ours.url, free_port())
        broker = embedded.ensure(ours.app.extensions["settings"])
        try:
            with served("wsgi:app", environ, lab.folder / "product.log") as server:
                yield _rounds(server, keys, papers, say)
        finally:
            if broker is not None:
                broker.stop()


def _rounds(server: Served, every: Sequence[Any], papers: int, say: Say) -> Callable[[int], Round]:
    def one(number: int) -> Round:
        mine = every[number * papers : (number + 1) * papers]
        scripts = [
            [say(paper, step) for step in (0, 1) for paper in mine[line::CONNECTIONS]] for line in range(CONNECTIONS)
        ]
        return drive(server, scripts, wanted=201)

    return one


def _floor_says(paper: int, step: int) -> bytes:
    body = json.dumps({"verb": ("approve", "decide")[step], "comment": None, "member": (CMO, CIO)[step]}).encode()
    return http_request("POST", f"/papers/{paper}/decisions", {"Content-Type": "application/json"}, body)


def says(ours: Installation) -> Say:
    """How the CMO and the CIO say yes over the API."""
    tokens = [ours.token(FIRST), ours.token(SECOND)]
    body = json.dumps({"verb": "approve", "seen_version": 1}).encode()

    def say(key: str, step: int) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens[step]}"}
        return http_request("POST", f"/api/v1/purchases/{key}/decisions", headers, body)

    return say
