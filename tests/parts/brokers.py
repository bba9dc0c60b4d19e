"""Every broker an installation may have, as a real server that a test may kill and empty.

@on_every_broker ... (broker)        # the embedded one, Redis and RabbitMQ
broker.environ                       # what a process is given to find it
broker.kill(), broker.forget()       # -9, and everything it ever wrote is gone
broker.start()                       # up again, at the same address
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from config.settings import ROOT, load
from tests.parts.servers import BrokerServer, free_port, program
from workers.queues import Queue

EMBEDDED, REDIS, RABBITMQ = "embedded", "redis", "rabbitmq"


def _kind(name: str, *marks: pytest.MarkDecorator) -> Any:
    return pytest.param(name, marks=[pytest.mark.xdist_group(name), *marks])


on_every_broker = pytest.mark.parametrize(
    "broker", [_kind(EMBEDDED), _kind(REDIS, pytest.mark.servers), _kind(RABBITMQ, pytest.mark.servers)], indirect=True
)
"""Run a test on all three; those of the two that are installed by `scripts/install-servers` are marked `servers`."""

on_every_broker_at_length = pytest.mark.parametrize(
    "broker",
    [_kind(EMBEDDED), _kind(REDIS, pytest.mark.servers, pytest.mark.soak), _kind(RABBITMQ, pytest.mark.servers)],
    indirect=True,
)
"""The same for what takes long: the embedded broker speaks as Redis does, so that Redis itself waits for `make soak`."""


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

    def empty(self) -> None:
        """Queues and all: those of killed workers come back later, what they had not acknowledged in them."""
        with Connection(self.url) as line:
            for queue in Queue:
                line.channel().queue_delete(queue.value)

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
        server.empty()
        return server

    def stop(self) -> None:
        """End them all."""
        self._stack.close()
