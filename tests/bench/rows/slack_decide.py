"""A signed slash command that decides (`/collab approve PR-1`), acknowledged after its commit: 16 connections, PostgreSQL
beside us; then one by one with the database 200 ms away, because Slack waits three seconds wherever it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from sqlalchemy import insert

from collab.approvals.messages import MORE
from collab.kernel import clock
from collab.kernel.db import db
from collab.outbox.models import Card, Message
from tests.bench.figures import Contest, Round, rounded
from tests.bench.lab import SIGNING_SECRET, Lab, driver_url, free_port, product_environ
from tests.bench.load import CONNECTIONS, drive
from tests.bench.product import FIRST, SECOND, Installation, installation
from tests.bench.rows import decide
from tests.bench.rows.slack import command
from tests.bench.served import Served, served
from tests.factories.company import address
from tests.parts.proxy import Proxy
from workers import embedded

PAPERS = 400
"""In a round; each is decided twice, first by the CMO, then by the CIO."""
AWAY, FAR_PAPERS, PATIENCE = 0.2, 5, 3.0
"""Seconds there and back to the distant database, how many papers are decided with it, and how long Slack waits."""
DECISIONS = "select count(*) from approval_seats where state = 'approved'"


def measure(lab: Lab) -> dict[str, Any]:
    """Bare psycopg behind a bare address, the product behind Slack's."""
    papers = lab.sized(PAPERS, least=CONNECTIONS)
    with ExitStack() as stack:
        contenders = {
            "raw psycopg": stack.enter_context(decide.floor(lab, "raw", papers)),
            "product": stack.enter_context(product(lab, papers)),
        }
        contest = Contest(contenders, lab.rounds)
    contest.print("/collab approve")
    far = measure_far(lab)
    print(
        f"  with the database {AWAY * 1000:.0f} ms away the slowest of {2 * FAR_PAPERS} took {far:.2f} s of Slack's {PATIENCE:.0f}"
    )
    return {**contest.figures(), "far_s": rounded(far)}


@contextmanager
def product(lab: Lab, papers: int) -> Iterator[Callable[[int], Round]]:
    """The product with enough pending requests; at the end every command must have decided."""
    with installation(lab, "product_slack_decide") as ours:
        keys = ours.filed(papers * (lab.rounds + 1))
        looked_at(ours, keys)
        ours.settle()
        with serving(lab, ours, ours.url) as server:
            yield lambda number: drive(server, scripts(keys[number * papers : (number + 1) * papers]), wanted=200)
        check(ours, 2 * len(keys))


def measure_far(lab: Lab) -> float:
    """The slowest command, in seconds, each alone, once the process is warm."""
    with installation(lab, "product_slack_far") as ours:
        keys = ours.filed(FAR_PAPERS + 1)
        looked_at(ours, keys)
        ours.settle()
        parts = urlsplit(driver_url(ours.url))
        folder = parse_qs(parts.query)["host"][0]
        with Proxy(f"{folder}/.s.PGSQL.5432") as proxy:
            proxy.delay(AWAY / 2)
            far = f"postgresql+psycopg://postgres@{proxy.host}:{proxy.port}{parts.path}"
            with serving(lab, ours, far) as server:
                asked = [(key, name) for key in keys for name in (FIRST, SECOND)]
                took = [timed(ours, server, *each, number) for number, each in enumerate(asked, 1)]
        check(ours, 2 * len(keys))
    return max(took[2:])


def timed(ours: Installation, server: Served, key: str, name: str, number: int) -> float:
    """One command and, right behind it, `help`; the seconds until the slower one is acknowledged. Then wait until it has
    decided: what takes too long goes on after Slack was told so."""
    both = [command(0, f"approve {key}", address(name)), command(0)]
    took = drive(server, [both], wanted=200).p99_ms / 1000
    until = time.monotonic() + 30
    while decided(ours) < number and time.monotonic() < until:
        time.sleep(0.1)
    return took


@contextmanager
def serving(lab: Lab, ours: Installation, url: str) -> Iterator[Served]:
    """The product's web on a database, with the broker its bell rings at."""
    environ = product_environ(lab, url, free_port(), SLACK_SIGNING_SECRET=SIGNING_SECRET)
    broker = embedded.ensure(ours.app.extensions["settings"])
    try:
        with served("wsgi:app", environ, lab.folder / "slack_decide.log") as server:
            yield server
    finally:
        if broker is not None:
            broker.stop()


def scripts(keys: Sequence[str]) -> list[list[bytes]]:
    """Both decisions of every paper, dealt to the connections, signed now."""
    return [
        [
            command(step, f"approve {key}", address((FIRST, SECOND)[step]))
            for step in (0, 1)
            for key in keys[line::CONNECTIONS]
        ]
        for line in range(CONNECTIONS)
    ]


def looked_at(ours: Installation, keys: Sequence[str]) -> None:
    """Whoever decides by a typed line has seen the card: it stands before both, for every paper."""
    now = clock.now()
    with ours.app.app_context(), db.engine.begin() as connection:
        for name in (FIRST, SECOND):
            member = ours.member(name).id
            common = {"kind": "approval.asked", "member_id": member}
            at = {"due_at": now, "created_at": now, "settled_at": now, "state": "sent", "lane": name, "args": {}}
            rows = [
                {"delivery_id": f"{name}-{key}", "dedupe_key": f"{name}-{key}", "subject_key": key, **common, **at}
                for key in keys
            ]
            sent = connection.execute(insert(Message).returning(Message.id, Message.subject_key), rows).all()
            cards = [
                {"message_id": row.id, "subject_key": row.subject_key, **common, "channel": f"console:{name}", "ts": str(row.id),
                 "painted_seq": 0, "painted_at": now, "shown": {"text": "", "blocks": [{"elements": [button(row.subject_key)]}]}}
                for row in sent
            ]  # fmt: skip
            connection.execute(insert(Card), cards)


def button(key: str) -> dict[str, str]:
    """What tells which version of a paper a card shows."""
    return {"action_id": MORE, "value": f"{key}:1"}


def check(ours: Installation, wanted: int) -> None:
    """Commands that decide nothing are no speed."""
    if decided(ours) != wanted:
        raise SystemExit(f"{decided(ours)} decisions were taken, {wanted} were typed")


def decided(ours: Installation) -> int:
    """How many decisions there are."""
    with psycopg.connect(driver_url(ours.url)) as connection:
        row = connection.execute(DECISIONS).fetchone()
    return int(row[0]) if row else 0
