"""A company at work while its database is restarted, killed, cut off and frozen: nothing acknowledged is lost, nothing
happens twice, every refusal is a clean one, and all heals by itself.

A whole installation on a PostgreSQL of its own, which it reaches through our proxy.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest
import requests

from tests.faults.database_server import Company, OwnServer
from tests.parts.installation import Installation, installed
from tests.parts.proxy import Proxy
from tests.slack_double import SlackDouble

HEALED = 5.0
"""Seconds after which everything answers normally."""
WELL = 1.5
"""Seconds without a refusal, after which nobody expects another."""
TOLD = 4.0
"""Seconds in which whoever waits for a silent database is told: 2.1, and what a busy machine takes on top."""
KNOWN = 1.0
"""Seconds for a refusal while it is known to be silent."""
CAUGHT_UP = 30.0
"""Seconds in which a worker, busy with all that was decided meanwhile, finishes a sweep again."""
ENOUGH = 6
"""So many decisions, at the least, prove something."""
CLERKS = 3
CROWD = 20
"""More than the installation has threads for requests: two processes with eight each."""


@dataclass
class House:
    """The installation and what it stands on."""

    installation: Installation
    server: OwnServer
    proxy: Proxy
    slack: SlackDouble


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = OwnServer(tmp_path_factory.mktemp("server"))
    try:
        server.create("house")
        with Proxy(server.socket) as proxy, SlackDouble() as slack:
            slack.add_user("cmo@example.com", "cmo")
            url = f"postgresql+psycopg://postgres@{proxy.host}:{proxy.port}/house"
            more = {
                "SLACK_BOT_TOKEN": slack.app.bot_token,
                "SLACK_SIGNING_SECRET": slack.app.signing_secret,
                "SLACK_API_URL": slack.api_url,
            }
            with installed(url, more) as installation:
                slack.product_url = installation.address
                yield House(installation, server, proxy, slack)
    finally:
        server.stop()


def restart(house: House) -> None:
    house.server.shut_down()
    time.sleep(1.0)
    house.server.start()


def crash(house: House) -> None:
    house.server.kill()
    house.proxy.refuse()
    time.sleep(0.5)
    house.server.start()
    house.proxy.welcome()


def cut(house: House) -> None:
    for rst in (False, True) * 3:
        house.proxy.cut(rst=rst)
        time.sleep(0.3)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("misfortune", [restart, *(pytest.param(one, marks=pytest.mark.soak) for one in (crash, cut))])
def test_no_acknowledged_decision_is_lost_and_all_is_well_soon(
    house: House, misfortune: Callable[[House], None]
) -> None:
    company = Company(house.installation)
    with company.at_work(CLERKS):
        time.sleep(1.0)
        misfortune(house)
        back = time.monotonic()
        until(lambda: time.monotonic() - max(back, company.refused_at()) > WELL, HEALED + WELL)
        until(lambda: len(company.decided) >= ENOUGH, CAUGHT_UP)
    assert_clean(company)
    assert company.refused_at() < back + HEALED
    assert {seen.status for seen in company.since(max(back, company.refused_at()))} == {201, 200}
    print(f"{misfortune.__name__}: healed {max(0, company.refused_at() - back):.2f} s after, {figures(company)}")
    assert_everything_once(house, company)


@pytest.mark.timeout(180)
def test_frozen_it_is_said_soon_then_at_once_and_nothing_piles_up(house: House, request: pytest.FixtureRequest) -> None:
    span = 30.0 if request.config.getoption("--soak", default=False) else 8.0
    processes, company = family(house), Company(house.installation)
    looks: list[tuple[str, float, float, int, str]] = []
    with company.at_work(CROWD), watching(house, looks):
        time.sleep(1.0)
        threads = count_threads(processes)
        with house.server.frozen():
            frozen = time.monotonic()
            said = [ask_in_slack(house)]
            time.sleep(max(0.0, frozen + span / 2 - time.monotonic()))
            said.append(ask_in_slack(house))
            most_threads = count_threads(processes)
            time.sleep(max(0.0, frozen + span - time.monotonic()))
            thaws = time.monotonic()
        back = time.monotonic()
        until(lambda: time.monotonic() - max(back, company.refused_at()) > WELL, HEALED + WELL)
        until(lambda: len(company.decided) >= ENOUGH, CAUGHT_UP)
    assert all("混み合って" in words or "busy" in words for words in said), said
    assert_clean(company)
    during = [seen for seen in company.seen if frozen + KNOWN < seen.at < thaws]
    print(f"frozen: {figures(company)}, slowest {max(seen.seconds for seen in during):.2f} s,")
    print(f"  healed {max(0, company.refused_at() - back):.2f} s after; threads {threads} -> {most_threads}")
    assert max(seen.seconds for seen in company.seen) < TOLD
    assert {seen.status for seen in during} == {503}
    assert max((seen.seconds for seen in company.since(frozen + TOLD) if seen.at < back), default=0) < KNOWN
    assert company.refused_at() < back + HEALED
    assert {seen.status for seen in company.since(max(back, company.refused_at()))} == {201, 200}
    assert most_threads <= threads + len(processes)  # one that asks, in each
    assert_lives_and_is_not_ready(looks, frozen, thaws)
    assert [process for process in processes if not process.is_running()] == []
    until(lambda: sweeps_since(house) < HEALED, CAUGHT_UP)
    assert_everything_once(house, company)


def ask_in_slack(house: House) -> str | None:
    """What a command is answered; later than Slack waits, or with an error, fails the test."""
    return house.slack.play.slash("cmo@example.com", "/collab", "inbox").ephemeral


def assert_clean(company: Company) -> None:
    """Every refusal in words, with a code, and with when to come again."""
    dirty = [seen for seen in company.seen if not seen.clean]
    assert not dirty, dirty[:5]


def assert_everything_once(house: House, company: Company) -> None:
    """What was acknowledged is there exactly once, and so is everything else; the trail holds."""
    filed = house.server.rows("house", f"select 'PR-' || id from purchases where title = '{company.title}'")
    assert Counter(key for (key,) in filed) == Counter(company.filed)
    decisions: Counter[tuple[str, str]] = Counter()
    for key in company.filed:
        history = house.installation.api("auditor", "GET", f"/purchases/{key}/history").json()
        assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
        decisions.update((key, event["actor"]) for event in history if event["verb"] in {"approve", "decide"})
    assert decisions == Counter(company.decided)
    assert len(company.decided) >= ENOUGH
    assert house.installation.type("audit", "verify").startswith("The audit trail holds:")


def assert_lives_and_is_not_ready(looks: list[tuple[str, float, float, int, str]], frozen: float, thaws: float) -> None:
    during = [look for look in looks if frozen + TOLD < look[1] and look[1] + look[2] < thaws]
    assert {(path, status) for path, _at, _seconds, status, _text in during} == {("/healthz", 200), ("/readyz", 503)}
    assert max(seconds for path, at, seconds, *_ in looks) < TOLD
    assert max(seconds for path, _at, seconds, *_ in during) < KNOWN
    assert {text for path, *_, text in during if path == "/readyz"} == {"the database does not answer"}
    [last] = {status for path, *_, status, _text in looks[-4:]}
    assert last == 200


@contextmanager
def watching(house: House, looks: list[tuple[str, float, float, int, str]]) -> Iterator[None]:
    """Somebody who asks every quarter of a second whether it lives and whether it can serve."""
    enough = threading.Event()

    def look(path: str) -> None:
        while not enough.wait(0.25):
            started = time.monotonic()
            answer = requests.get(house.installation.address + path, timeout=30)
            reason = answer.json().get("reason") or ""
            looks.append((path, started, time.monotonic() - started, answer.status_code, reason))

    watchers = [threading.Thread(target=look, args=(path,)) for path in ("/healthz", "/readyz")]
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        enough.set()
        for watcher in watchers:
            watcher.join(30)


def family(house: House) -> list[psutil.Process]:
    """Web, worker and beat, with their children."""
    port = str(house.installation.port)
    ours = psutil.Process().children(recursive=True)
    return [
        process
        for process in ours
        if port in process.cmdline() or "celery" in process.cmdline() or process.parent() in ours
    ]


def count_threads(processes: list[psutil.Process]) -> int:
    return sum(process.num_threads() for process in processes)


def sweeps_since(house: House) -> float:
    """Seconds since a worker last finished a sweep."""
    [(age,)] = house.server.rows("house", "select extract(epoch from now() - max(at)) from outbox_beacons")
    return float(age)


def until(truth: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def figures(company: Company) -> str:
    counted = Counter(seen.status if seen.status != 503 else f"503 {seen.code}" for seen in company.seen)
    return f"{len(company.decided)} decisions, answers {dict(counted)}"
