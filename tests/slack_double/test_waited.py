"""How long a person waited for a product of this process: all it did itself, and nothing of what the machine did meanwhile."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.parts.in_slack import serving
from tests.slack_double import SlackDouble
from tests.slack_double.conftest import AIKO
from tests.slack_double.product import Product

LIMIT, TOO_LONG = 0.2, 0.3


@pytest.fixture
def product(slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """A product served as ours is; Slack has less patience, and tests less time."""
    monkeypatch.setattr("tests.slack_double.play.LATE_SECONDS", LIMIT)
    product = Product(slack.app.signing_secret)
    with serving(product.app(), slack):
        yield product


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def work(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def wait_for_another(seconds: float) -> None:
    """Its own work done by a thread of its own."""
    other = threading.Thread(target=work, args=(seconds,))
    other.start()
    other.join()


@pytest.mark.parametrize("how", [sleep, work, wait_for_another])
def test_what_the_product_itself_spends_is_late(
    slack: SlackDouble, product: Product, how: Callable[[float], None]
) -> None:
    product.answer = lambda: how(TOO_LONG) or ""
    with pytest.raises(AssertionError, match=r"Slack waits 0\.2 s"):
        slack.play.slash(AIKO, "/collab")


def test_what_it_stands_in_line_for_a_processor_is_not(slack: SlackDouble, product: Product) -> None:
    """The thread that answers shares one processor with six others that never rest."""
    one = {min(os.sched_getaffinity(0))}
    crowd = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(6)]
    for each in crowd:
        os.sched_setaffinity(each.pid, one)
    spent = []

    def answer() -> str:
        before, began = os.sched_getaffinity(0), time.perf_counter()
        os.sched_setaffinity(0, one)
        work(LIMIT / 4)
        os.sched_setaffinity(0, before)
        spent.append(time.perf_counter() - began)
        return ""

    product.answer = answer
    try:
        reply = slack.play.slash(AIKO, "/collab")
    finally:
        for each in crowd:
            each.kill()
            each.wait()
    assert reply.elapsed < LIMIT < spent[0]
