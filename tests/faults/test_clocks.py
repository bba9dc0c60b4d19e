"""Wall clocks a day ahead, an hour behind, and trembling: nothing is said twice, and nothing waits for a clock to come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.brokers import house_on, news_seen, staff, watching_sweeps
from tests.faults.house import House
from tests.faults.plans import Plan, number_of, numbers_in
from tests.parts.brokers import EMBEDDED, REDIS
from tests.parts.clocks import Clock

pytestmark = [pytest.mark.xdist_group("clocks"), pytest.mark.timeout(600), pytest.mark.servers]

LEASE, SWEEP = 30.0, 1.0
LATE = LEASE + 2 * SWEEP
BUSY = 30.0  # seconds: what is promised after any mishap is a lease and two sweeps
WRONG = 20.0  # seconds: longer than that, so that a beat which waits for its clock shows


@pytest.fixture
def plan() -> Callable[[House], Plan]:
    return lambda home: Plan("clocks", home.request(), news=150, channels=home.channels(50), seconds=32)


def test_machines_whose_clocks_disagree(
    tmp_path: Path, fresh_url: Callable[[str], str | None], plan: Callable[[House], Plan]
) -> None:
    """Beat, one of two workers, and the web with the other: three machines around one database server.

    Slack is slow, so that there is time to take what somebody else holds.
    """
    worker, beat = Clock(tmp_path / "worker"), Clock(tmp_path / "beat")
    with house_on(REDIS, tmp_path, fresh_url("postgresql"), slack_takes=0.3) as (home, _broker):
        staff(home, "worker1", *worker.words)
        staff(home, "worker2")
        staff(home, "beat", *beat.words)
        whole = plan(home)
        with watching_sweeps(home) as swept, home.saying(whole):
            time.sleep(3)
            worker.set("+1d"), beat.set("-1h")
            time.sleep(WRONG)
            worker.set("-1h"), beat.set("+1d")
            time.sleep(4)
            with worker.trembling(3), beat.trembling(3, seed=2):
                time.sleep(4)
        home.settle(LATE)
        assert_all_said_once_and_in_time(home, whole)
        assert longest_silence(swept) < BUSY


def test_one_machine_whose_clock_is_set(
    tmp_path: Path, fresh_url: Callable[[str], str | None], plan: Callable[[House], Plan]
) -> None:
    """Everything on one machine with a database file: web, worker and beat are wrong together."""
    clock = Clock(tmp_path / "machine")
    with house_on(EMBEDDED, tmp_path, None, clock.environ) as (home, _broker):
        staff(home, "worker1")
        staff(home, "beat")
        whole = plan(home)
        with watching_sweeps(home) as swept, home.saying(whole):
            time.sleep(3)
            clock.set("+1d")
            time.sleep(4)
            clock.set("-1h")
            time.sleep(WRONG)
            with clock.trembling(3):
                time.sleep(4)
        home.settle(LATE)
        assert_all_said_once_and_in_time(home, whole)
        assert longest_silence(swept) < BUSY


def longest_silence(moments: list[float]) -> float:
    """The longest time between two moments."""
    return max(after - before for before, after in pairwise(moments))


def assert_all_said_once_and_in_time(home: House, plan: Plan) -> None:
    """Slack's own clock is right: news is enqueued evenly over the plan's time."""
    assert news_seen(home) == dict.fromkeys(map(number_of, range(plan.news)), 1)
    said = {
        number: float(one["ts"]) for one in home.slack.messages() for number in numbers_in(one["shown"] or one["text"])
    }
    began = min(said.values())
    late = {number: at - began - plan.seconds * int(number[1:]) / plan.news for number, at in said.items()}
    assert max(late.values()) < LATE, sorted(late.items(), key=lambda one: one[1])[-5:]
