"""An installation whose broker, or whose clocks, a test holds in its hand; and people who go on working meanwhile."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import create_engine

from tests.faults.house import PEOPLE, REQUEST, House
from tests.faults.plans import numbers_in
from tests.parts.brokers import EMBEDDED, KINDS
from tests.parts.installation import Installation, installed
from tests.parts.proxy import Proxy
from tests.parts.servers import BrokerServer
from tests.slack_double.remote import started


@contextmanager
def house_on(
    kind: str, home: Path, database_url: str | None, more: Mapping[str, str] | None = None, *, slack_takes: float = 0.0
) -> Iterator[tuple[House, BrokerServer]]:
    """The small company on a broker of its own, with Slack, and nobody working yet: see `staff`.

    `slack_takes` is how long, in seconds, whatever is said to Slack is on its way.
    """
    with ExitStack() as stack:
        slack = stack.enter_context(started("--history"))
        way = stack.enter_context(Proxy(("127.0.0.1", int(slack.api_url.split(":")[2].split("/")[0]))))
        way.delay(slack_takes)
        for name in PEOPLE:
            slack.add_user(f"{name}@example.com", name)
        brokers: list[BrokerServer] = []
        if kind != EMBEDDED:
            brokers.append(_begun(stack, KINDS[kind](home)))

        def furnish(place: Installation) -> None:
            if kind == EMBEDDED:  # it lives where the installation does
                brokers.append(_begun(stack, KINDS[kind](Path(place.environ["COLLAB_VAR_DIR"]))))
            place.run("-m", "tests.faults.inside", "found")

        own = {
            **slack.environ,
            "SLACK_API_URL": f"http://{way.host}:{way.port}/api/",
            "COLLAB_SLACK_MESSAGES_PER_MINUTE": "6000",
            **(brokers[0].environ if brokers else {}),
        }
        place = stack.enter_context(installed(database_url, {**own, **(more or {})}, jobs=False, furnish=furnish))
        slack.ask("PUT", "product", url=place.address)
        rows = create_engine(place.database_url)
        stack.callback(rows.dispose)
        yield House(place, slack, rows), brokers[0]


def _begun(stack: ExitStack, server: BrokerServer) -> BrokerServer:
    stack.callback(server.stop)
    server.start()
    return server


def staff(home: House, name: str, *before: str) -> None:
    """Start a worker ("worker1") or beat ("beat"); `before` is typed before its command."""
    app, words = (
        ("workers.base", ["beat"]) if name.startswith("beat") else ("workers.app", ["worker", "-n", f"{name}@%h"])
    )
    home.place.crew.start(name, *before, sys.executable, "-m", "celery", "--quiet", "-A", app, *words)


def news_seen(home: House) -> Counter[str]:
    """How often each numbered piece of news stands in Slack."""
    return Counter(
        number for message in home.slack.messages() for number in numbers_in(f"{message['text']}\n{message['shown']}")
    )


@dataclass
class Visits:
    """What the web answered, and how long each answer took at most, in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    def note(self, home: House, method: str, path: str, body: object = None) -> requests.Response:
        """Call the API and remember the answer."""
        began = time.monotonic()
        answer = home.place.api("mika", method, path, body)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        return answer


@contextmanager
def visitors(home: House, count: int = 2) -> Iterator[Visits]:
    """People who read, file and submit meanwhile, each as fast as somebody who types well."""
    visits, over = Visits(), threading.Event()
    home.place.token("mika")

    def visit() -> None:
        while not over.wait(0.15):
            visits.note(home, "GET", "/me/inbox")
            key = visits.note(home, "POST", "/purchases", REQUEST).json().get("key")
            visits.note(home, "POST", f"/purchases/{key}/submit")

    threads = [threading.Thread(target=visit, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield visits
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def watching_sweeps(home: House) -> Iterator[list[float]]:
    """When a sweep was seen to have finished, by the test's steady clock; first and last are the watch's own begin and end."""
    seen: list[float] = [time.monotonic()]
    over = threading.Event()

    def watch() -> None:
        before = None
        while not over.wait(0.2):
            found = home.ask("select at from outbox_beacons where name = 'outbox.sweep'")
            if found and found != before:
                before = found
                seen.append(time.monotonic())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        seen.append(time.monotonic())
