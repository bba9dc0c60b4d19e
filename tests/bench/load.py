"""The client: one process, one thread, keep-alive connections, prepared bytes; cheap enough not to be what is measured."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
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


@dataclass
class _Line:
    """One connection and what it still has to say, one after the other."""

    socket: socket.socket
    script: Sequence[bytes]
    said: int = 0
    heard: bytearray = field(default_factory=bytearray)
    since: float = 0.0

    def speak(self) -> bool:
        """Send the next request; False when there is none."""
        if self.said == len(self.script):
            return False
        self.since = time.perf_counter()
        self.socket.sendall(self.script[self.said])
        self.said += 1
        return True

    def listen(self) -> int | None:
        """Read on; the status once the whole answer is here."""
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
        status = int(self.heard[9:12])
        self.heard.clear()
        return status


def drive(server: Served, scripts: Sequence[Sequence[bytes]], wanted: int) -> Round:
    """Say every script on its own connection, all at once; anything but the `wanted` status ends the measurement."""
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    lines = [_Line(socket.create_connection(("127.0.0.1", server.port)), script) for script in scripts if script]
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
                line = ready.data
                status = line.listen()
                if status is None:
                    continue
                latencies.append(time.perf_counter() - line.since)
                statuses[status] += 1
                if not line.speak():
                    selector.unregister(line.socket)
    seconds, mine, web = time.perf_counter() - began, time.process_time() - mine, server.cpu_seconds() - web
    if set(statuses) != {wanted}:
        raise SystemExit(f"answers other than {wanted}: {dict(statuses)}")
    return Round.of(latencies, seconds, cpu_seconds=web, client_seconds=mine)
