"""The whole flow in the browser: open the page and send its form, three times (filed, the CMO approves, the CIO decides)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.figures import Contest, Round
from tests.bench.floors import flow, tables
from tests.bench.lab import SECRET, Lab, driver_url, free_port, product_environ
from tests.bench.load import Way, converse
from tests.bench.product import FIRST, REQUESTER, SECOND, installation
from tests.bench.served import Served, served
from tests.bench.walks import Browser, signed
from tests.factories import request_fields
from workers import embedded

CLIENTS = 4
FLOWS = 40
"""Of each client, in a round."""
Forms = tuple[str, str, Mapping[str, str], Mapping[str, str]]
"""Where one writes a request, where it is sent, what it says, what a decider's form says."""


FLOORS: Forms = (
    "/papers/new",
    "/papers",
    {"title": "Mail campaign tool", "amount": "500000"},
    {"comment": "", "verb": "approve"},
)
PRODUCTS: Forms = (
    "/purchases/new", "/purchases", {**request_fields(), "tax_included": "yes", "billing": "one_time", "then": "submit"},
    {"verb": "approve", "comment": "", "seen_version": "1"},
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where the pages are, and what their forms hold."""

    server: Served
    people: Sequence[Sequence[Browser]]
    """By client: who asks, who approves, who decides."""
    forms: Forms


def measure(lab: Lab) -> dict[str, Any]:
    """Bare Flask and psycopg, the product; an operation is a whole flow of six requests."""
    with ExitStack() as stack:
        sites = {"bare pages": stack.enter_context(floor(lab)), "product": stack.enter_context(product(lab))}
        contest = Contest({name: walker(site, lab.sized(FLOWS, least=2)) for name, site in sites.items()}, lab.rounds)
    contest.print("whole flow, pages")
    return contest.figures()


@contextmanager
def floor(lab: Lab) -> Iterator[Site]:
    """The floor's pages on tables of their own."""
    url = driver_url(lab.database("floor_pages"))
    tables.found(url)
    environ = lab.environ(FLOOR_DATABASE=url, PORT=str(free_port()), COLLAB_DATABASE_URL=url)
    with served("tests.bench.floors.pages:app", environ, lab.folder / "floor_pages.log") as server:
        members = (flow.REQUESTER, flow.CMO, flow.CIO)
        people = [[Browser({"session": signed(SECRET, member=one)}) for one in members] for _ in range(CLIENTS)]
        yield Site(server, people, FLOORS)


@contextmanager
def product(lab: Lab) -> Iterator[Site]:
    """The product's pages, and the broker its bell rings at."""
    with installation(lab, "product_pages") as ours:
        ours.settle()
        environ = product_environ(lab, ours.url, free_port())
        broker = embedded.ensure(ours.app.extensions["settings"])
        try:
            with served("wsgi:app", environ, lab.folder / "product_pages.log") as server:
                names = (REQUESTER, FIRST, SECOND)
                people = [[Browser(ours.cookies(name)) for name in names] for _ in range(CLIENTS)]
                yield Site(server, people, PRODUCTS)
        finally:
            if broker is not None:
                broker.stop()


def walker(site: Site, flows: int) -> Callable[[int], Round]:
    """A round: every client goes through so many flows, one after the other."""

    def one(_number: int) -> Round:
        latencies: list[float] = []
        spent = converse(site.server, [_flows(site, people, flows, latencies) for people in site.people])
        return Round.of(latencies, spent.seconds, cpu_seconds=spent.web, client_seconds=spent.mine)

    return one


def _flows(site: Site, people: Sequence[Browser], flows: int, latencies: list[float]) -> Way:
    for _ in range(flows):
        since = time.perf_counter()
        yield from flow_of(site.forms, *people)
        latencies.append(time.perf_counter() - since)


def flow_of(forms: Forms, asks: Browser, *deciders: Browser) -> Way:
    """One flow: whoever asks opens the form and sends it, each decider opens the request and says yes."""
    new, file, asked, said = forms
    page = yield from asks.open(new)
    path = yield from asks.send(file, page, asked)
    for one in deciders:
        page = yield from one.open(path)
        yield from one.send(f"{path}/decisions", page, said)
