"""The bell: at once when the broker is well, and out of the way when it is not."""

import json
import math
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from config.settings import Settings
from tests.workers.processes import python, until
from workers import bell, embedded
from workers.bell import Bell
from workers.queues import Queue

Ensure = Callable[[], embedded.Broker | None]
AT_ONCE = 0.05  # seconds; generous for a machine under load, far below the second that a request may lose


@dataclass
class Broker:
    """A stand-in that takes note, or misbehaves as told."""

    rung: list[str] = field(default_factory=list)
    lines: int = 0
    fails: int = 0
    hangs: threading.Event | None = None

    def connect(self) -> "Broker":
        self.lines += 1
        return self

    def publish(self, duty: str) -> None:
        if self.hangs is not None:
            self.hangs.wait(30)
        if self.fails:
            self.fails -= 1
            raise ConnectionError("gone")
        self.rung.append(duty)

    def close(self) -> None:
        raise ConnectionError("closing a dead line fails, too")


@pytest.fixture
def broker() -> Broker:
    return Broker()


def test_a_ring_is_published(broker: Broker) -> None:
    ours = Bell(broker.connect)
    ours.ring("outbox")
    ours.ring("imports:7")
    assert ours.settle()
    assert broker.rung == ["outbox", "imports:7"]


def test_a_burst_is_one_ring_and_the_last_is_never_lost(broker: Broker) -> None:
    ours = Bell(broker.connect)
    for _ in range(1000):
        ours.ring("outbox")
    assert ours.settle()
    assert 1 <= len(broker.rung) < 50
    before = len(broker.rung)
    ours.ring("outbox")
    assert ours.settle()
    assert len(broker.rung) == before + 1


def test_one_line_serves_all_rings(broker: Broker) -> None:
    ours = Bell(broker.connect)
    for _ in range(5):
        ours.ring("outbox")
        ours.settle()
    assert (len(broker.rung), broker.lines) == (5, 1)


def test_a_hung_broker_costs_the_caller_nothing(broker: Broker) -> None:
    broker.hangs = threading.Event()
    ours = Bell(broker.connect)
    started = time.monotonic()
    for _ in range(100):
        ours.ring("outbox")
    assert time.monotonic() - started < AT_ONCE
    assert not ours.settle(0.1)
    broker.hangs.set()
    assert ours.settle()


def test_a_stale_line_is_replaced_once(broker: Broker) -> None:
    ours = Bell(broker.connect)
    ours.ring("outbox")
    ours.settle()
    broker.fails = 1  # the broker was restarted meanwhile
    ours.ring("outbox")
    assert ours.settle()
    assert (len(broker.rung), broker.lines) == (2, 2)


def test_after_a_failure_it_is_silent_for_a_while(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "PAUSE", 0.3)
    broker.fails = 2
    ours = Bell(broker.connect)
    ours.ring("outbox")
    ours.settle()
    tried = broker.lines
    ours.ring("outbox")
    assert ours.settle()
    assert (broker.rung, broker.lines) == ([], tried), "it was not even tried"
    time.sleep(0.35)
    ours.ring("outbox")
    ours.settle()
    assert broker.rung == ["outbox"]


@pytest.mark.parametrize(
    ("duty", "after"),
    [("", 0), ("nonsense", 0), ("outbox.drain", 0), (":7", 0), ("outbox", 30.1), ("outbox", -1), ("outbox", math.nan)],
)
def test_what_cannot_be_rung_is_logged_and_nothing_more(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, duty: str, after: float
) -> None:
    told: list[str] = []
    monkeypatch.setattr(bell.log, "error", lambda event, **_given: told.append(event))
    ours = Bell(broker.connect)
    ours.ring(duty, after)
    assert ours.settle()
    assert (broker.rung, told) == ([], ["bell.cannot_ring"])
    assert ours._waiting == {}


def test_a_later_ring_waits_for_its_moment(broker: Broker) -> None:
    ours = Bell(broker.connect)
    started = time.monotonic()
    ours.ring("outbox", after=0.4)
    assert ours.settle()
    assert broker.rung == []
    until(lambda: broker.rung)
    assert 0.4 <= time.monotonic() - started < 0.4 + bell.GRAIN + 0.3
    assert broker.rung == ["outbox"]


def test_a_ring_at_once_does_not_wait_for_a_later_one_nor_replace_it(broker: Broker) -> None:
    """The job of now cannot do what is only due then."""
    ours = Bell(broker.connect)
    ours.ring("outbox", after=0.3)
    ours.ring("imports:7")
    ours.ring("outbox")
    assert ours.settle()
    assert broker.rung == ["imports:7", "outbox"]
    until(lambda: len(broker.rung) == 3)
    assert broker.rung[-1] == "outbox"


def test_however_many_later_rings_are_asked_for_few_wait(broker: Broker) -> None:
    ours = Bell(broker.connect)
    for number in range(10_000):
        ours.ring("outbox", after=20 + number / 10_000)
    assert len(ours._waiting) < 20


def test_later_rings_that_fall_into_the_silence_are_not_tried(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "PAUSE", 0.4)
    broker.fails = 2
    ours = Bell(broker.connect)
    ours.ring("outbox", after=0.2)
    ours.ring("outbox")
    ours.ring("imports:7", after=0.8)
    assert ours.settle()
    until(lambda: broker.rung)
    assert (broker.rung, broker.lines) == (["imports:7"], 3)


def test_a_process_that_ends_does_not_wait_for_later_rings(environ: dict[str, str]) -> None:
    took = python(
        environ, "import time; from workers.bell import ring; ring('outbox', after=20); print(time.monotonic())"
    )
    assert time.monotonic() - float(took) < 5


# The real line, in processes of their own: which broker it speaks to is decided when the module is loaded.

RING = """
import json, time
from workers import bell
started = time.monotonic()
bell.ring("outbox")
rang = time.monotonic() - started
settled = bell._bell.settle(20)
print(json.dumps({"rang": rang, "settled": settled, "took": time.monotonic() - started}))
"""


def measured(environ: dict[str, str], broker_url: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(python({**environ, "COLLAB_BROKER_URL": broker_url}, RING).splitlines()[-1])
    return found


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_dead_broker(environ: dict[str, str], scheme: str) -> None:
    found = measured(environ, f"{scheme}://127.0.0.1:1")
    assert found["rang"] < AT_ONCE
    assert found["settled"]


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_accepts_and_never_answers(environ: dict[str, str], scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        found = measured(environ, f"{scheme}://127.0.0.1:{mute.getsockname()[1]}")
    assert found["rang"] < AT_ONCE
    assert found["settled"]
    assert found["took"] < 10, "the thread gives up, too"


def test_no_broker_at_all_on_the_embedded_default(environ: dict[str, str]) -> None:
    """`wsgi:app` typed alone serves; nobody listens, and nobody minds."""
    found = json.loads(python(environ, RING).splitlines()[-1])
    assert found["rang"] < AT_ONCE
    assert found["settled"]


def test_a_command_that_ends_at_once_has_rung(environ: dict[str, str], settings: Settings, ensure: Ensure) -> None:
    ensure()
    python(environ, "from workers.bell import ring; ring('outbox'); ring('imports:9')")
    jobs = {queue: waiting(settings, queue) for queue in Queue}
    assert [job["headers"]["task"] for job in jobs[Queue.DELIVERY]] == ["outbox.drain"]
    assert [job["headers"]["task"] for job in jobs[Queue.IMPORTS]] == ["imports.run"]
    assert "'import_id': '9'" in jobs[Queue.IMPORTS][0]["headers"]["kwargsrepr"]


def test_a_forked_process_has_a_bell_of_its_own(environ: dict[str, str], settings: Settings, ensure: Ensure) -> None:
    ensure()
    python(
        environ,
        """
import os
from workers import bell
bell.ring("outbox")
bell._bell.settle()
child = os.fork()
if not child:
    bell.ring("outbox")
    os._exit(0 if bell._bell.settle(5) and bell._bell._thread else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
""",
    )
    assert len(waiting(settings, Queue.DELIVERY)) == 2


def test_publishing_is_fast(environ: dict[str, str], ensure: Ensure) -> None:
    ensure()
    took = python(
        environ,
        """
import time
from workers.bell import BrokerLine
line = BrokerLine()
line.publish("outbox")
times = []
for _ in range(200):
    started = time.perf_counter()
    line.publish("outbox")
    times.append(time.perf_counter() - started)
print(sorted(times)[100])
""",
    )
    assert float(took) < 0.002


def waiting(settings: Settings, queue: Queue) -> list[dict[str, dict[str, str]]]:
    import redis

    with redis.Redis(unix_socket_path=settings.broker_url.removeprefix("redis+socket://")) as line:
        return [json.loads(job) for job in line.lrange(queue.value, 0, -1)]
