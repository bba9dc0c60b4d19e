"""A broker in a process of its own: what every kind of it can be told by a test. The kinds are in `tests.parts.brokers`."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
from kombu import Connection

from config.settings import ROOT

PATIENCE = 60.0  # seconds; RabbitMQ needs six on a quiet machine


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

    def empty(self) -> None:
        """Forget what an earlier test left."""
        self.flush()

    def flush(self) -> None:
        """Lose every job while it goes on."""
        with Connection(self.url) as line:
            line.default_channel.client.flushall()

    def last_words(self) -> str:
        """The end of what it said."""
        return (self.home / "out").read_text(errors="replace")[-2000:]

    def _started(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.home / "out").open("ab") as out:
            return subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self._own()},
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _own(self) -> dict[str, str]:
        return {}

    def _send(self, sign: signal.Signals) -> None:
        assert self.process is not None
        for pid in [self.process.pid, *_children(self.process.pid)]:
            os.kill(pid, sign)


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
