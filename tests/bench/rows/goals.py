"""The page of a goal, the tree, the list and measuring, one reader: with a thousand goals, and with ten thousand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from collab.kernel import clock
from tests.bench.figures import Contest, Round, rounded
from tests.bench.goals import MEASURED, MEMBER, plant
from tests.bench.lab import Lab, free_port, product_environ
from tests.bench.load import drive, http_request
from tests.bench.product import installation
from tests.bench.served import Served, served

FEW, MANY = 1_000, 10_000
PAGES = 300
"""Pages of a round: enough for a p99 that is more than the slowest one."""


def measure(lab: Lab) -> dict[str, Any]:
    """Both sizes side by side, page by page; the ratio is that of the p99 of neighbouring rounds."""
    kept: dict[str, Any] = {"goals": [FEW, MANY], "measurements": MANY * MEASURED}
    with ExitStack() as stack:
        few, many = (stack.enter_context(_planted(lab, size)) for size in (FEW, MANY))
        for name in few:
            contest = Contest({f"{FEW} goals": few[name], f"{MANY} goals": many[name]}, lab.rounds)
            contest.print(name)
            p50, p99 = (contest.ratio(value) for value in ("p50_ms", "p99_ms"))
            kept[name] = {
                "p50_ms": rounded(contest.median(contest.product, "p50_ms")),
                "p99_ms": rounded(contest.median(contest.product, "p99_ms")),
                "p50_ratio": rounded(p50.middle), "p99_ratio": rounded(p99.middle),
            }  # fmt: skip
    return kept


@contextmanager
def _planted(lab: Lab, size: int) -> Iterator[dict[str, Callable[[int], Round]]]:
    """A served product with so many goals, and who reads what there."""
    with installation(lab, f"goals_{size}") as ours:
        keys = plant(ours, size, clock.now().date())
        environ = product_environ(lab, ours.url, free_port())
        token, cookie = ours.token("nao"), ours.cookie(MEMBER)
        with served("wsgi:app", environ, lab.folder / f"goals_{size}.log") as server:
            yield {
                "the page of a goal": _pages(lab, server, [f"/goals/{key}" for key in keys], cookie),
                "the tree": _pages(lab, server, ["/goals/tree", *(f"/goals/tree?under={key}" for key in keys)], cookie),
                "the list, and mine": _pages(lab, server, ["/goals"], cookie),
                "a goal over the API": _pages(lab, server, [f"/api/v1/goals/{key}" for key in keys], "", token),
                "measuring": _measuring(lab, server, keys, token),
            }  # fmt: skip


def _pages(lab: Lab, server: Served, paths: Sequence[str], cookie: str, token: str = "") -> Callable[[int], Round]:
    headers = {"Accept-Language": "en", **({"Cookie": cookie} if cookie else {})}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    said = [http_request("GET", paths[number % len(paths)], headers) for number in range(lab.sized(PAGES))]
    return lambda _number: drive(server, [said], wanted=200)


def _measuring(lab: Lab, server: Served, keys: Sequence[str], token: str) -> Callable[[int], Round]:
    """A new figure of nao's lowest goals: everything above is computed anew."""
    mine = [key for key in keys if int(key.partition("-")[2]) % 10 == 5][-40:]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    day = clock.now().date() - timedelta(days=400)

    def turn(number: int) -> Round:
        said = [
            http_request(
                "POST", f"/api/v1/goals/{mine[place % len(mine)]}/measurements", headers,
                json.dumps({"on": (day - timedelta(days=number * 1000 + place)).isoformat(), "value": place}).encode(),
            )
            for place in range(lab.sized(PAGES // 3))
        ]  # fmt: skip
        return drive(server, [said], wanted=200)

    return turn
