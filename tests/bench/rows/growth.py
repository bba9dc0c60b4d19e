"""Deciding, the inbox and search with ten thousand requests, and with many more.

Many are 300 thousand; `COLLAB_BENCH_REQUESTS=5000000` says otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote

from tests.bench.figures import Contest, Round, rounded
from tests.bench.lab import Lab, free_port, product_environ
from tests.bench.load import drive, http_request
from tests.bench.product import FIRST, Installation, installation
from tests.bench.requests import COMMON, PAIR, RARE, plant
from tests.bench.rows.decide import says
from tests.bench.served import Served, served
from workers import embedded

FEW, MANY = 10_000, 300_000
ASKED = 100
"""How often each is asked in a round."""
DECIDED = 40
OUTSIDER = "emma"
"""Somebody who may see hardly any of them."""


def measure(lab: Lab) -> dict[str, Any]:
    """Both sizes side by side, one reader; the ratio is that of the p50 of neighbouring rounds."""
    sizes = [FEW, int(os.environ.get("COLLAB_BENCH_REQUESTS", MANY))]
    kept: dict[str, Any] = {"requests": sizes}
    with ExitStack() as stack:
        few, many = (stack.enter_context(_planted(lab, size)) for size in sizes)
        for name in few:
            contest = Contest({f"{sizes[0]} requests": few[name], f"{sizes[1]} requests": many[name]}, lab.rounds)
            contest.print(name)
            p50, cpu = contest.ratio("p50_ms"), contest.ratio("cpu_ms")
            kept[name] = {
                "p50_ms": rounded(contest.median(contest.product, "p50_ms")), "ratio": rounded(p50.middle),
                "spread": [rounded(p50.least), rounded(p50.most)], "cpu_ratio": rounded(cpu.middle),
            }  # fmt: skip
    return kept


@contextmanager
def _planted(lab: Lab, size: int) -> Iterator[dict[str, Callable[[int], Round]]]:
    """A served product with so many requests, and what is asked of it. Deciding is last: until then as much waits for the CMO in
    both."""
    with installation(lab, f"growth_{size}") as ours:
        plant(ours, size)
        environ = product_environ(lab, ours.url, free_port())
        cmo, outsider = (_bearer(ours, name) for name in (FIRST, OUTSIDER))
        broker = embedded.ensure(ours.app.extensions["settings"])
        try:
            with served("wsgi:app", environ, lab.folder / f"growth_{size}.log") as server:
                yield {
                    "the inbox": _asking(lab, server, "/api/v1/me/inbox", cmo),
                    "the first page": _asking(lab, server, "/", {"Cookie": ours.cookie(FIRST)}),
                    "a word of two characters": _asking(lab, server, _search(PAIR), cmo),
                    "a rare word": _asking(lab, server, _search(RARE), cmo),
                    "a common word": _asking(lab, server, _search(COMMON), cmo),
                    "a common word, for an outsider": _asking(lab, server, _search(COMMON), outsider),
                    "a decision": _deciding(lab, server, ours),
                }
        finally:
            if broker is not None:
                broker.stop()


def _bearer(ours: Installation, name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ours.token(name)}"}


def _search(words: str) -> str:
    return f"/api/v1/search?q={quote(words)}"


def _asking(lab: Lab, server: Served, path: str, who: Mapping[str, str]) -> Callable[[int], Round]:
    said = [http_request("GET", path, {"Accept-Language": "en", **who})] * lab.sized(ASKED)
    return lambda _number: drive(server, [said], wanted=200)


def _deciding(lab: Lab, server: Served, ours: Installation) -> Callable[[int], Round]:
    """Each decided by the CMO, then by the CIO; filed before the clock runs."""
    say = says(ours)

    def turn(_number: int) -> Round:
        keys = ours.filed(lab.sized(DECIDED))
        return drive(server, [[say(key, step) for step in (0, 1) for key in keys]], wanted=201)

    return turn
