"""Every broker an installation may have, as a real server that a test may kill and empty.

@on_every_broker ... (broker)        # the embedded one, Redis and RabbitMQ
broker.environ                       # what a process is given to find it
broker.kill(), broker.forget()       # -9, and everything it ever wrote is gone
broker.start()                       # up again, at the same address
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from kombu import Connection

from config.settings import ROOT, load
from workers.queues import Queue

EMBEDDED, REDIS, RABBITMQ = "embedded", "redis", "rabbitmq"
PATIENCE = 60.0  # seconds; RabbitMQ needs six on a quiet machine


def _kind(name: str, *marks: pytest.MarkDecorator) -> Any:
    return pytest.param(name, marks=[pytest.mark.xdist_group(name), *marks])


on_every_broker = pytest.mark.parametrize(
    "broker", [_kind(EMBEDDED), _kind(REDIS, pytest.mark.servers), _kind(RABBITMQ, pytest.mark.servers)], indirect=True
)
"""Run a test on all three; those of the two that are installed by `scripts/install-servers` are marked `servers`."""


class BrokerServer:
    """A broker in a process of its own. What `start` leaves running, `kill` ends."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs to find it."""
        return {"COLLAB_BROKER_URL": self.url}

    @property
    def url(self) -> str:
        """Its address."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """How it is started."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = self._started(self.command())
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, self.last_words()
            assert time.monotonic() < deadline, self.last_words()
            time.sleep(0.1)

    def kill(self) -> None:
        """-9: nothing is said, written or handed over any more."""
        if self.process is not None:
            family = [self.process.pid, *_children(self.process.pid)]
            for pid in reversed(family):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End it, and whatever else it needed."""
        self.kill()

    def freeze(self) -> None:
        """It neither answers nor goes away."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stopped."""
        self._send(signal.SIGCONT)

    def forget(self) -> None:
        """Lose everything; only while it is dead."""
        assert self.process is None
        for part in self.data():
            shutil.rmtree(part, ignore_errors=True)

    def data(self) -> list[Path]:
        """Where it keeps what outlives it."""
        return [self.home / "data"]

    def answers(self) -> bool:
        """Whether it takes connections and speaks."""
        try:
            limits = {"socket_timeout": 2, "read_timeout": 2, "max_retries": 0}
            with Connection(self.url, connect_timeout=2, transport_options=limits) as line:
                line.connect()
                line.channel().close()
        except Exception:  # noqa: BLE001 - whatever is wrong, it does not answer yet
            return False
        return True

    def waiting(self, queue: str) -> int:
        """How many jobs nobody has taken yet."""
        with Connection(self.url) as line:
            try:
                return int(line.SimpleQueue(queue).qsize())
            except line.channel_errors:  # there is no such queue yet
                return 0

    def flush(self) -> None:
        """Lose every job while it goes on."""
        with Connection(self.url) as line:
            line.default_channel.client.flushall()

    def last_words(self) -> str:
        """The end of what it said."""
        return (self.home / "out").read_text(errors="replace")[-2000:]

    def _started(self, command: list[str], more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        with (self.home / "out").open("ab") as out:
            return subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self._own(), **(more or {})},
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _own(self) -> dict[str, str]:
        return {}

    def _send(self, sign: signal.Signals) -> None:
        assert self.process is not None
        for pid in [self.process.pid, *_children(self.process.pid)]:
            os.kill(pid, sign)


class EmbeddedServer(BrokerServer):
    """The one that comes with the product, kept by its own supervisor."""

    @property
    def environ(self) -> dict[str, str]:
        return {"COLLAB_VAR_DIR": str(self.home)}

    @property
    def url(self) -> str:
        return load({"COLLAB_VAR_DIR": str(self.home)}).broker_url

    def command(self) -> list[str]:
        return [sys.executable, "-m", "workers.embedded"]

    def data(self) -> list[Path]:
        return [self.home / "broker"]

    def kill(self) -> None:
        """The server first, and its keeper before it could bring it back."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGSTOP)
        super().kill()

    def _own(self) -> dict[str, str]:
        return {"COLLAB_VAR_DIR": str(self.home), "PYTHONPATH": str(ROOT)}


class RedisServer(BrokerServer):
    """Redis as most packages configure it: nothing is written at once, so a kill alone loses jobs."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        (self.home / "data").mkdir(exist_ok=True)
        return [
            program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1",
            "--dir", str(self.home / "data"), "--loglevel", "warning",
        ]  # fmt: skip


class RabbitServer(BrokerServer):
    """RabbitMQ under the user of the test, with a name, a cookie, ports and a port mapper of its own."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.port, self._between, self._mapper_port = free_port(), free_port(), free_port()
        self._mapper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> list[str]:
        return [program("rabbitmq-server")]

    def start(self) -> None:
        if self._mapper is None:
            self._mapper = self._started([program("epmd"), "-port", str(self._mapper_port), "-address", "127.0.0.1"])
        (self.home / "plugins").write_text("[].\n")
        (self.home / "rabbitmq.conf").write_text("disk_free_limit.absolute = 1MB\n")
        super().start()

    def stop(self) -> None:
        """Kill it, and the mapper of its ports."""
        self.kill()
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()
            self._mapper = None

    def flush(self) -> None:
        with Connection(self.url) as line:
            for queue in Queue:
                with contextlib.suppress(*line.channel_errors):  # not every queue is there yet
                    line.channel().queue_purge(queue.value)

    def _own(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),  # its cookie
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"collab{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._between),
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",  # do not spin while idle
        }


KINDS: dict[str, type[BrokerServer]] = {EMBEDDED: EmbeddedServer, REDIS: RedisServer, RABBITMQ: RabbitServer}


@contextmanager
def broker_server(kind: str, home: Path) -> Iterator[BrokerServer]:
    """A running broker; nothing of it is left behind. `home` must be short: a socket may lie inside."""
    server = KINDS[kind](home)
    try:
        server.start()
        yield server
    finally:
        server.stop()


class Brokers:
    """One broker of each kind for the tests of one process, started when first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._servers: dict[str, BrokerServer] = {}

    def empty(self, kind: str) -> BrokerServer:
        """A running broker with nothing in it."""
        if kind not in self._servers:
            home = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="cb-"))
            self._servers[kind] = self._stack.enter_context(broker_server(kind, Path(home)))
        server = self._servers[kind]
        if server.process is None:  # left dead by a test
            server.start()
        server.flush()
        return server

    def stop(self) -> None:
        """End them all."""
        self._stack.close()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """Where a server's program is. Debian's rabbitmq-server of the same name insists on a user of its own."""
    for folder in ("/usr/lib/rabbitmq/bin", *os.environ["PATH"].split(os.pathsep), "/usr/sbin", "/usr/local/sbin"):
        if os.access(found := Path(folder, name), os.X_OK):
            return str(found)
    raise AssertionError(f"{name} is not installed; scripts/install-servers installs it")


def _children(pid: int) -> list[int]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []
