"""A PostgreSQL of one test's own, which may be shut down, killed and frozen; and people who go on working meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import requests

from tests.parts.installation import Installation
from tests.parts.postgres import Postgres

PAPER = {
    "title": "Mail campaign tool", "purpose": "To answer customers", "vendor": "Hikari KK", "category": "martech", "amount": "500000",
    "goal": "G-1",
}  # fmt: skip
DECIDERS = ("cmo", "cio")


class OwnServer(Postgres):
    """A server that keeps what it acknowledged through the end of its processes, as one in production does."""

    def __init__(self, shared: Path) -> None:
        super().__init__(shared)
        with self._connection() as connection:
            connection.execute("alter system reset synchronous_commit")
            connection.execute("select pg_reload_conf()")

    @property
    def socket(self) -> str:
        """Where it listens."""
        return f"{parse_qs(urlsplit(self._server.get_uri()).query)['host'][0]}/.s.PGSQL.5432"

    def shut_down(self) -> None:
        """Fast, as `pg_ctl stop` and every upgrade do: open transactions are ended."""
        self._end(signal.SIGINT, self._family()[:1])

    def kill(self) -> None:
        """All of its processes at once, as a machine that lost its power."""
        self._end(signal.SIGKILL, self._family())

    def start(self) -> None:
        """Again, after either; returns when it takes connections."""
        self._server.ensure_postgres_running()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It lives, holds its connections and says no word."""
        postmaster = self._server.get_pid()
        os.kill(postmaster, signal.SIGSTOP)  # first, so that there will be no more of them
        family = [postmaster, *_children(postmaster)]
        for process in family:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                os.kill(process, signal.SIGCONT)

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """An answer straight from the tables."""
        import psycopg

        with psycopg.connect(self._server.get_uri(database)) as connection:
            return connection.execute(query).fetchall()

    def _family(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster, *postmaster.children()]

    def _end(self, sign: signal.Signals, told: list[psutil.Process]) -> None:
        family = self._family()
        for process in told:
            process.send_signal(sign)
        _gone, alive = psutil.wait_procs(family, 10)
        assert not alive


def _children(process: int) -> list[int]:
    """At a glance, as Linux tells it: asking every process for its parent takes a second on a busy machine, in which half of them work."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@dataclass(frozen=True)
class Seen:
    """One answer, or none."""

    at: float
    seconds: float
    what: str
    status: int
    code: str = ""
    clean: bool = True


@dataclass
class Company:
    """People at work through the API: each act has its own Idempotency-Key and is repeated until it is acknowledged."""

    installation: Installation
    title: str = field(default_factory=lambda: uuid.uuid4().hex)
    seen: list[Seen] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)
    decided: list[tuple[str, str]] = field(default_factory=list)
    _leave: threading.Event = field(default_factory=threading.Event)

    def at_work(self, clerks: int) -> Working:
        """So many people file and decide for as long as the block lasts."""
        for name in ("mika", *DECIDERS):
            self.installation.token(name)
        return Working(self, clerks, self._leave)

    def file_and_decide(self) -> None:
        """One request from its filing to its end, or, once submitted (nobody else sees a draft), to where it stands
        when they leave: what was begun is acknowledged first."""
        key = str(self._insist("mika", "/purchases", {**PAPER, "title": self.title})["key"])
        self.filed.append(key)
        self._insist("mika", f"/purchases/{key}/submit", {})
        for name in DECIDERS:
            if self._leave.is_set():
                return
            self._insist(name, f"/purchases/{key}/decisions", {"verb": "approve"})
            self.decided.append((key, f"{name}@example.com"))

    def since(self, moment: float) -> Iterator[Seen]:
        """Answers to what was asked after a moment."""
        return (seen for seen in list(self.seen) if seen.at - seen.seconds >= moment)

    def refused_at(self) -> float:
        """When a request was refused last."""
        return max((seen.at for seen in self.seen if seen.status == 503), default=0.0)

    def _insist(self, name: str, path: str, body: Mapping[str, object]) -> Any:
        key = uuid.uuid4().hex
        while True:
            answer = self._try(name, path, body, key)
            if answer is not None:
                return answer.json()
            time.sleep(0.05)

    def _try(self, name: str, path: str, body: Mapping[str, object], key: str) -> requests.Response | None:
        started = time.monotonic()
        answer = requests.post(
            f"{self.installation.address}/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.installation.token(name)}", "Idempotency-Key": key},
            timeout=30,
        )
        ended = time.monotonic()
        self.seen.append(Seen(ended, ended - started, path, answer.status_code, *judged(answer)))
        return answer if answer.ok else None


def judged(answer: requests.Response) -> tuple[str, bool]:
    """The code of a refusal, and whether it is one that a person and a program can act on."""
    if answer.ok:
        return "", True
    problem = answer.headers["Content-Type"].startswith("application/problem+json")
    body = answer.json() if problem else {}
    kind = answer.status_code == 503 and body.get("code") in {"busy", "unsure"}
    return str(body.get("code", answer.text[:200])), kind and bool(body["title"]) and "Retry-After" in answer.headers


class Working:
    """The hours in which people work."""

    def __init__(self, company: Company, clerks: int, leave: threading.Event) -> None:
        self._company, self._leave = company, leave
        self._clerks = [threading.Thread(target=self._work, daemon=True) for _ in range(clerks)]

    def _work(self) -> None:
        while not self._leave.is_set():
            self._company.file_and_decide()

    def __enter__(self) -> Company:
        self._leave.clear()
        for clerk in self._clerks:
            clerk.start()
        return self._company

    def __exit__(self, *_error: object) -> None:
        self._leave.set()
        for clerk in self._clerks:
            clerk.join(30)  # two acts each, at the most
            assert not clerk.is_alive(), "somebody was never told that it is done"
