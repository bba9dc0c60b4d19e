"""What an action asks of the database: statements, and transaction control apart; counted, not timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.db import db
from collab.purchases import service as purchases
from tests.bench.figures import table
from tests.bench.floors import flow, tables
from tests.bench.lab import Lab, driver_url
from tests.bench.product import FIRST, REQUESTER, SECOND, Installation, installation
from tests.bench.rows.flow import product

GOALS = {"decision over HTTP": "9 + 2", "whole flow": "24 + 6"}
ONE = "office:CIO"
MANY = (ONE, "office:CFO", "office:CEO", "member:nao@example.com", "member:kenji@example.com")
ROUTE = """
currency = "JPY"
[[route]]
code = "measured"
[[route.step]]
name = "First"
rule = "all"
keys = false
seats = ["office:CMO"]
[[route.step]]
name = "Second"
rule = "all"
keys = false
seats = [{seats}]
"""


@dataclass
class Count:
    """Statements, and what begins and ends transactions."""

    statements: int = 0
    control: int = 0

    def __str__(self) -> str:
        return f"{self.statements} + {self.control}"


def measure(lab: Lab) -> dict[str, Any]:
    """Each action in a small company, then with many approvers, a long history and a full inbox."""
    counts = {"hand-written SQL, whole flow": _floor(lab)}
    with installation(lab, "product_sql") as ours:
        product(ours)()  # calendars and the route book are remembered from here on
        counts |= {
            "file": _count(partial(ours.file, ours.member(REQUESTER)), ours),
            "approve": _decision(ours, _file(ours)),
            "decide (the last yes)": _final(ours),
            "whole flow": _count(product(ours), ours),
            "decision over HTTP": _over_http(ours, _file(ours)),
            "approve after five returns": _decision(ours, _returned(ours, 5)),
            "approve with a full inbox": _decision(ours, ours.filed(50)[0]),
            "approve that opens a step of one": _opening(ours, ONE),
            "approve that opens a step of five": _opening(ours, *MANY),
        }
    _print(counts)
    return {name: [count.statements, count.control] for name, count in counts.items()}


@contextmanager
def counting(engine: Engine) -> Iterator[Count]:
    """Count what is said on every connection until the block ends; a read outside transactions has no control."""
    count = Count()

    def said(*_about: object) -> None:
        count.statements += 1

    def controlled(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            count.control += 1

    heard: list[tuple[str, Callable[..., None]]] = [("before_cursor_execute", said)]
    heard += [(name, controlled) for name in ("begin", "commit", "rollback")]
    for name, listener in heard:
        event.listen(engine, name, listener)
    try:
        yield count
    finally:
        for name, listener in heard:
            event.remove(engine, name, listener)


def _count(act: Callable[[], object], ours: Installation) -> Count:
    with ours.app.app_context():
        engine = db.engine
    with counting(engine) as count:
        act()
    return count


def _floor(lab: Lab) -> Count:
    """What the floor of the flow asks for."""
    url = driver_url(lab.database("floor_sql"))
    tables.found(url)
    count = Count()

    class Counted(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Any:
            count.statements += 1
            return super().execute(*args, **kwargs)

    with psycopg.connect(url, cursor_factory=Counted) as connection:
        flow.flow(connection)
    count.control = 2 * 3  # begin and commit of its three transactions
    return count


def _file(ours: Installation) -> str:
    return ours.file(ours.member(REQUESTER))


def _act(ours: Installation, key: str, name: str, verb: str = "approve") -> Callable[[], None]:
    """Somebody's decision; who they are is known before."""
    actor, comment = ours.member(name), None if verb == "approve" else "Please think again."

    def act() -> None:
        with ours.app.app_context():
            approvals.decide(key=key, actor=actor, verb=verb, comment=comment, now=clock.now())

    return act


def _decision(ours: Installation, key: str) -> Count:
    return _count(_act(ours, key, FIRST), ours)


def _final(ours: Installation) -> Count:
    key = _file(ours)
    _act(ours, key, FIRST)()
    return _count(_act(ours, key, SECOND), ours)


def _over_http(ours: Installation, key: str) -> Count:
    """With everything a request brings: the token, the permit, the answer."""
    headers = {"Authorization": f"Bearer {ours.token(FIRST)}"}
    client = ours.app.test_client()
    client.get("/api/v1/me/inbox", headers=headers)

    def act() -> None:
        answer = client.post(f"/api/v1/purchases/{key}/decisions", json={"verb": "approve"}, headers=headers)
        assert answer.status_code == 201, answer.text

    return _count(act, ours)


def _returned(ours: Installation, times: int) -> str:
    """A request with a past: sent back and submitted again."""
    key, mika = _file(ours), ours.member(REQUESTER)
    for _ in range(times):
        _act(ours, key, FIRST, "return")()
        with ours.app.app_context():
            purchases.submit(mika, key, now=clock.now())
    return key


def _opening(ours: Installation, *seats: str) -> Count:
    """The price of the decision that asks the next step."""
    book = ROUTE.format(seats=", ".join(map(repr, seats)))
    with ours.app.app_context():
        approvals.take([book], actor=None, now=clock.now())
    return _decision(ours, _file(ours))


def _print(counts: dict[str, Count]) -> None:
    rows = [(name, str(count), GOALS.get(name, "")) for name, count in counts.items()]
    table([("statements + transaction control", "asked", "at most"), *rows])
