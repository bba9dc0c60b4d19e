"""The client: one process, one thread, keep-alive connections, prepared bytes; cheap enough not to be what is measured."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.bench.figures import Round
from tests.bench.served import Served

CONNECTIONS = 16
PATIENCE = 30
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def http_request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A whole request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    """What came back: its status, its headers and its body as they came over the wire."""

    status: int
    head: bytes
    body: bytes


Way = Generator[bytes, Answer, None]
"""What one connection says, one request after the other: each is told the answer to the one before."""


@dataclass
class _Line:
    """One connection and its way."""

    socket: socket.socket
    way: Way
    heard: bytearray = field(default_factory=bytearray)

    def speak(self, answer: Answer | None = None) -> bool:
        """Send the next request; False when there is none."""
        try:
            said = self.way.send(answer)  # type: ignore[arg-type]  # what has not begun is sent nothing
        except StopIteration:
            return False
        self.socket.sendall(said)
        return True

    def listen(self) -> Answer | None:
        """Read on; the answer once all of it is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection that was to be kept")
        self.heard += piece
        end = self.heard.find(b"\r\n\r\n")
        if end < 0:
            return None
        found = _LENGTH.search(self.heard, 0, end + 2)
        if found and len(self.heard) < end + 4 + int(found[1]):
            return None
        answer = Answer(int(self.heard[9:12]), bytes(self.heard[:end]), bytes(self.heard[end + 4 :]))
        self.heard.clear()
        return answer


@dataclass(frozen=True)
class Spent:
    """Seconds: by the clock, of the web's processors, of this process's."""

    seconds: float
    web: float
    mine: float


def drive(server: Served, scripts: Sequence[Sequence[bytes]], wanted: int) -> Round:
    """Say every script on its own connection, all at once; anything but the `wanted` status ends the measurement."""
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    spent = converse(server, [_recite(script, latencies, statuses) for script in scripts if script])
    if set(statuses) != {wanted}:
        raise SystemExit(f"answers other than {wanted}: {dict(statuses)}")
    return Round.of(latencies, spent.seconds, cpu_seconds=spent.web, client_seconds=spent.mine)


def _recite(script: Sequence[bytes], latencies: list[float], statuses: Counter[int]) -> Way:
    for said in script:
        since = time.perf_counter()
        answer = yield said
        latencies.append(time.perf_counter() - since)
        statuses[answer.status] += 1


def converse(server: Served, ways: Sequence[Way]) -> Spent:
    """Go every way on its own connection, all at once."""
    lines = [_Line(socket.create_connection(("127.0.0.1", server.port)), way) for way in ways]
    web, mine, began = server.cpu_seconds(), time.process_time(), time.perf_counter()
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for line in lines:
            stack.enter_context(line.socket)
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.speak()
        while selector.get_map():
            heard = selector.select(PATIENCE)
            if not heard:
                raise SystemExit(f"the server on port {server.port} has been silent for {PATIENCE} s")
            for ready, _events in heard:
                answer = ready.data.listen()
                if answer is not None and not ready.data.speak(answer):
                    selector.unregister(ready.data.socket)
    seconds, mine = time.perf_counter() - began, time.process_time() - mine
    return Spent(seconds, server.cpu_seconds() - web, mine)
