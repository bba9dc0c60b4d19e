"""Delivery: how soon a worker begins after a commit, how fast the outbox empties, how much of Slack's budget a flood uses."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any

from tests.bench import issues
from tests.bench.figures import Contest, Round, rounded, table
from tests.bench.floors import tables
from tests.bench.hands import (
    FLOOR,
    JOBS,
    PRODUCT,
    Hands,
    beat_command,
    broker,
    hands,
    installed,
    jobs_of,
    worker_command,
)
from tests.bench.lab import Lab, driver_url
from tests.bench.notes import fill, new_channels
from tests.bench.product import installation
from tests.bench.speaker import Speaker, speaker
from tests.bench.stopwatch import CALLED, ENDED
from tests.parts.applications import application, migrate, settings_for
from tests.parts.brokers import EMBEDDED, RABBITMQ, REDIS
from tests.parts.crew import Crew
from tests.slack_double.remote import Remote
from tests.slack_double.remote import started as double

COMMITS, MESSAGES = 60, 1000
"""In a round."""
UNLIMITED = {"COLLAB_SLACK_MESSAGES_PER_MINUTE": "100000"}
"""1,600 a second: Slack's pace is not what is measured."""
RINGS = 2
"""One drain job for each process of the worker, as the commits of a crowd ring again and again."""


def measure_wake(lab: Lab) -> dict[str, Any]:
    """From a commit to the job it starts, and to the call to Slack; one commit after the other."""
    commits, kind = lab.sized(COMMITS), _usual()
    with ExitStack() as stack:
        url = stack.enter_context(broker(kind))
        floor = stack.enter_context(_floor_speaker(lab, url))
        embedded = stack.enter_context(_embedded_speaker(lab))
        product = stack.enter_context(_product_speaker(lab, url))
        names = (f"psycopg, then Celery on {kind}", "product, embedded", f"product on {kind}")
        speakers = dict(zip(names, (floor, embedded, product), strict=True))
        contest = Contest({name: partial(one.round, commits) for name, one in speakers.items()}, lab.rounds)
    lines = [(name, *_waking(contest, name), *(f"{ms:.2f}" for ms in one.calls())) for name, one in speakers.items()]
    table([("commit to worker, ms", "p50", "p99", "to Slack's call p50", "p99"), *lines])
    return _woken(contest, embedded, product)


def _usual() -> str:
    """Redis where there is one, or the server that comes with the product."""
    return REDIS if installed(REDIS) else EMBEDDED


def _waking(contest: Contest, name: str) -> tuple[str, ...]:
    return tuple(f"{contest.median(name, value):.2f}" for value in ("p50_ms", "p99_ms"))


def _woken(contest: Contest, embedded: Speaker, product: Speaker) -> dict[str, Any]:
    floor, beside, ours = contest.rounds
    p50, p99 = contest.ratio("p50_ms"), contest.ratio("p99_ms")
    print(f"  of the floor: p50 {p50}, p99 {p99}")
    return {
        "p50_ms": rounded(contest.median(ours, "p50_ms")), "p99_ms": rounded(contest.median(ours, "p99_ms")),
        "floor_p50_ms": rounded(contest.median(floor, "p50_ms")), "floor_p99_ms": rounded(contest.median(floor, "p99_ms")),
        "p50_ratio": rounded(p50.middle), "p99_ratio": rounded(p99.middle), "call_ms": product.calls(),
        "embedded_ms": [rounded(contest.median(beside, value)) for value in ("p50_ms", "p99_ms")],
        "embedded_call_ms": embedded.calls(),
    }  # fmt: skip


@contextmanager
def _floor_speaker(lab: Lab, url: str) -> Iterator[Speaker]:
    database = driver_url(lab.database("floor_wake"))
    tables.found(database, papers=1)
    with hands(lab, FLOOR, url) as worker, speaker(lab, worker, url, FLOOR_DATABASE=database) as one:
        yield one


@contextmanager
def _product_speaker(lab: Lab, url: str) -> Iterator[Speaker]:
    with installation(lab, "product_wake") as ours:
        environ = {"COLLAB_DATABASE_URL": ours.url, **UNLIMITED}
        with hands(lab, PRODUCT, url, **environ) as worker, speaker(lab, worker, url, **environ) as one:
            yield one


@contextmanager
def _embedded_speaker(lab: Lab) -> Iterator[Speaker]:
    """SQLite and the broker from the wheel, as a newcomer starts."""
    environ = {"COLLAB_DATABASE_URL": f"sqlite:///{lab.folder / 'wake.db'}", **UNLIMITED}
    with application(settings_for(environ["COLLAB_DATABASE_URL"], lab.folder / "var")) as app:
        migrate(app)
    with (
        broker(EMBEDDED) as url,
        hands(lab, PRODUCT, url, **environ) as worker,
        speaker(lab, worker, url, **environ) as one,
    ):
        yield one


def measure_relay(lab: Lab) -> dict[str, Any]:
    """What waits already, out as fast as a worker can: no-op jobs in the broker, messages in the outbox."""
    count, kind = lab.sized(MESSAGES), _usual()
    with ExitStack() as stack:
        url = stack.enter_context(broker(kind))
        contenders = {f"no-op jobs, {kind}": stack.enter_context(_floor_relay(lab, url, count))}
        if installed(RABBITMQ):
            rabbit = stack.enter_context(broker(RABBITMQ))
            contenders["no-op jobs, rabbitmq"] = stack.enter_context(_floor_relay(lab, rabbit, count))
        else:
            lab.note("RabbitMQ is not installed: no floor on it")
        contenders["outbox"] = stack.enter_context(_product_relay(lab, url, count))
        contest = Contest(contenders, lab.rounds)
    return _relayed(contest)


def _relayed(contest: Contest) -> dict[str, Any]:
    body = [
        (name, f"{contest.median(name, 'rate'):.0f}", f"{contest.median(name, 'cpu_ms'):.2f}",
         str(contest.ratio("rate", to=name)), f"{contest.ratio('cpu_ms', to=name).middle:.1f}")
        for name in contest.rounds
    ]  # fmt: skip
    table([("two processes of one worker", "1/s", "CPU ms", "outbox makes (spread)", "x CPU"), *body])
    rate = contest.ratio("rate")
    kept = {
        "rate": rounded(contest.median(contest.product, "rate")), "floor_rate": rounded(contest.median(contest.floor, "rate")),
        "ratio": rounded(rate.middle), "spread": [rounded(rate.least), rounded(rate.most)],
        "cpu_ms": rounded(contest.median(contest.product, "cpu_ms")),
        "floor_cpu_ms": rounded(contest.median(contest.floor, "cpu_ms")),
    }  # fmt: skip
    _floor, *others, _product = contest.rounds
    for name in others:
        kept |= {"rabbitmq_rate": rounded(contest.median(name, "rate")),
                 "of_rabbitmq": rounded(contest.ratio("rate", to=name).middle)}  # fmt: skip
    return kept


@contextmanager
def _floor_relay(lab: Lab, url: str, count: int) -> Iterator[Callable[[int], Round]]:
    with hands(lab, FLOOR, url) as worker:
        yield lambda _number: _relay(worker, lambda: worker.start(count), ENDED, count)


@contextmanager
def _product_relay(lab: Lab, url: str, count: int) -> Iterator[Callable[[int], Round]]:
    with installation(lab, "product_relay") as ours:

        def messages() -> None:
            fill(ours.app, new_channels(count))
            ours.settle()
            worker.start(RINGS)

        with hands(lab, PRODUCT, url, COLLAB_DATABASE_URL=ours.url, **UNLIMITED) as worker:
            yield lambda _number: _relay(worker, messages, CALLED, count)


def _relay(worker: Hands, prepare: Callable[[], None], what: bytes, count: int) -> Round:
    """Prepare while nobody works, let go, wait until it has happened so many times."""
    with worker.held():
        prepare()
        spent = worker.worker.cpu_seconds()
    began = worker.released_at
    seconds = worker.watch.until(what, count) - began
    return Round(count / seconds, 0.0, 0.0, (worker.worker.cpu_seconds() - spent) / count * 1e3)


BUDGET, FLOOD = 1200, 1000
"""What the double takes in any minute (and the product is told of), and how many messages wait. Slack itself takes about 300."""
SLACKS_OWN, MEMBERS = 300, 1200
"""The same for the weekly digest: what Slack itself takes, and how many members have one."""
BURST = 5.0
"""Seconds after the first message that do not count as steady: what may go at once has gone."""
HELD = 50
"""As many messages a killed worker may hold; they come when its lease has run out."""
TAIL = 90.0
"""Seconds without any message in which the last lease has run out twice over."""


def measure_flood(lab: Lab) -> dict[str, Any]:
    """Messages for as many channels against a Slack that enforces its limits; half-way the worker is killed -9."""
    count = lab.sized(FLOOD, least=400)
    with (
        installation(lab, "product_flood") as ours,
        broker(_usual()) as url,
        double("--history") as slack,
        Crew(_flood_environ(lab, ours.url, url, slack, BUDGET)) as crew,
    ):
        slack.ask("PUT", "rates", per_minute=BUDGET)
        fill(ours.app, [slack.add_channel(f"flood-{number}") for number in range(count)])
        return _through_a_kill(lab, crew, slack, url, Waiting("flood", count, BUDGET))


@dataclass(frozen=True)
class Waiting:
    """What waits in the outbox: messages of a kind, against a budget of so many a minute."""

    name: str
    count: int
    budget: int


def _through_a_kill(lab: Lab, crew: Crew, slack: Remote, url: str, what: Waiting) -> dict[str, Any]:
    """What waits is sent; half-way the worker is killed -9."""
    crew.start("worker", *worker_command(lab, PRODUCT))
    crew.start("beat", *beat_command(lab))
    jobs_of(PRODUCT, url).send_task(JOBS[PRODUCT])  # the ring of the commit
    _wait(slack, what.count // 2)
    killed_at = _kill(crew)
    _wait(slack, what.count)
    return _flooded(slack, killed_at, what)


def _flood_environ(lab: Lab, database: str, broker_url: str, slack: Remote, budget: int) -> dict[str, str]:
    own = {"COLLAB_DATABASE_URL": database, "COLLAB_BROKER_URL": broker_url}
    return lab.environ(**own, **slack.environ, COLLAB_SLACK_MESSAGES_PER_MINUTE=str(budget))


def _wait(slack: Remote, count: int) -> None:
    """Until so many messages stand in Slack; whoever waits in vain sees it in the figures."""
    seen, since = 0, time.monotonic()
    while (now := slack.tally()["delivered"]) < count and time.monotonic() - since < TAIL:
        if now > seen:
            seen, since = now, time.monotonic()
        time.sleep(0.25)


def _kill(crew: Crew) -> float:
    """The main process, -9: its children go on beside the worker that is started in its place."""
    os.kill(crew.main_of("worker"), signal.SIGKILL)
    return datetime.now(UTC).timestamp()


def measure_digests(lab: Lab) -> dict[str, Any]:
    """The weekly digest of thousands of members, each to their own direct message, through the same limits and the same kill."""
    with (
        installation(lab, "product_digests") as ours,
        broker(_usual()) as url,
        double("--history") as slack,
        Crew(_flood_environ(lab, ours.url, url, slack, SLACKS_OWN)) as crew,
    ):
        slack.ask("PUT", "rates", per_minute=SLACKS_OWN)
        count = issues.plant(ours, slack, lab.sized(MEMBERS, least=400))
        return _through_a_kill(lab, crew, slack, url, Waiting("digests", count, SLACKS_OWN))


def _flooded(slack: Remote, killed_at: float, what: Waiting) -> dict[str, Any]:
    told, moments = slack.tally(), sorted(float(one["ts"]) for one in slack.messages())
    steady = share(moments, moments[0] + BURST, killed_at, what.budget)
    after = share(moments, killed_at, moments[-HELD], what.budget)
    silence = max(b - a for a, b in pairwise([killed_at, *(at for at in moments[:-HELD] if at > killed_at)]))
    refused = slack.calls("chat.postMessage", "ratelimited")
    lost, twice = what.count - told["delivered"], len(told["duplicates"])
    table([
        (what.name, "of the budget", "refused", "lost", "double"),
        (f"{what.count} messages, {what.budget} a minute, steady", f"{steady:.1%}", str(refused), str(lost), str(twice)),
        ("after kill -9, but for what the dead worker held", f"{after:.1%}", "", "", ""),
        ("at least / at most", "95%", "0", "0", "0"),
    ])  # fmt: skip
    last = moments[-1] - killed_at
    print(f"  after the kill: nothing for {silence:.1f} s at most; what the dead worker held came within {last:.1f} s")
    return {
        "budget": what.budget, "messages": what.count, "steady": rounded(steady), "after_kill": rounded(after), "refused": refused,
        "lost": lost, "double": twice, "silence_s": rounded(silence), "last_s": rounded(last),
    }  # fmt: skip


def share(moments: Sequence[float], begin: float, end: float, budget: int = BUDGET) -> float:
    """How much of the budget the messages between two moments used."""
    inside = sum(begin < moment <= end for moment in moments)
    return inside / (budget / 60 * (end - begin))
