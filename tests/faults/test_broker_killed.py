"""The broker is killed and loses everything while people work and messages go out: nobody is turned away, nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.brokers import house_on, news_seen, staff, visitors
from tests.faults.plans import Plan, number_of
from tests.parts.brokers import EMBEDDED, RABBITMQ, REDIS

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

SLOWEST = (
    5.0  # seconds: for two machines' work on one core; what a broker may cost is tested in tests/workers/test_bell.py
)


@pytest.mark.parametrize(
    ("kind", "database"),
    [
        (EMBEDDED, "embedded"),
        pytest.param(REDIS, "postgresql", marks=pytest.mark.servers),
        pytest.param(RABBITMQ, "postgresql", marks=[pytest.mark.servers, pytest.mark.soak]),
    ],
)
def test_a_broker_killed_and_emptied_under_load_loses_nothing(
    kind: str, database: str, tmp_path: Path, fresh_url: Callable[[str], str | None]
) -> None:
    with house_on(kind, tmp_path, fresh_url(database)) as (home, broker):
        for name in ("worker1", "worker2", "beat1", "beat2"):
            staff(home, name)
        plan = Plan("broker", home.request(), news=160, channels=home.channels(40), seconds=20)
        with home.saying(plan), visitors(home) as visits:
            time.sleep(4)
            broker.kill()
            time.sleep(4)
            broker.forget()
            broker.start()
            time.sleep(4)
            broker.flush()
        home.settle(60)
        seen = news_seen(home)
    assert {status for status in visits.statuses if status >= 500} == set(), visits.statuses
    assert visits.statuses.total() > 50, "somebody was there"
    assert visits.slowest < SLOWEST
    assert seen == dict.fromkeys(map(number_of, range(plan.news)), 1)
