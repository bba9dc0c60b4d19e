"""Socket Mode as Slack speaks it: connections the app opened, envelopes through them, acknowledgements back.

It is a WebSocket server of the few frames this takes (RFC 6455), written apart from the product's own client: what one of
them understands wrongly, the other does not.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import socket
import struct
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PATIENCE_SECONDS = 3.0


class Sockets:
    """The connections of an app. `in_use` lets everything people do go through them instead of to an address."""

    def __init__(self, app_id: str) -> None:
        self.in_use = False
        self.origin = ""
        self.only: Line | None = None  # the connection everything goes through, instead of the newest
        self.app_id = app_id
        self.opened = 0
        self._changed = threading.Condition()
        self._lines: list[Line] = []
        self._tickets: set[str] = set()
        self._answers: dict[str, dict[str, Any]] = {}

    def address(self) -> str:
        """A new address to connect to; good for one connection."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"ws{self.origin.removeprefix('http')}/link/?ticket={ticket}"

    def serve(self, ticket: str, line: Line) -> None:
        """Greet a connection and read it until it ends, in the calling thread."""
        if ticket not in self._tickets:
            return
        self._tickets.discard(ticket)
        line.send(
            {"type": "hello", "num_connections": len(self._lines) + 1, "connection_info": {"app_id": self.app_id}}
        )
        with self._changed:
            self._lines.append(line)
            self.opened += 1
            self._changed.notify_all()
        try:
            for text in line.texts():
                answer = json.loads(text)
                with self._changed:
                    self._answers[answer["envelope_id"]] = answer
                    self._changed.notify_all()
        finally:
            with self._changed:
                self._lines.remove(line)
                self._changed.notify_all()

    def deliver(
        self,
        kind: str,
        payload: Mapping[str, Any],
        patience: float = PATIENCE_SECONDS,
        *,
        tried: int = 0,
        why: str = "",
    ) -> dict[str, Any] | None:
        """Send an envelope through the newest connection; its acknowledgement, None without one in time."""
        envelope: dict[str, Any] = {"envelope_id": secrets.token_hex(12), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": tried, "retry_reason": why}
        until = time.monotonic() + patience
        with self._changed:
            if not self._changed.wait_for(lambda: self._lines, patience):
                return None
            line = self.only or self._lines[-1]
        line.send(envelope)
        with self._changed:
            self._changed.wait_for(lambda: envelope["envelope_id"] in self._answers, until - time.monotonic())
            return self._answers.pop(envelope["envelope_id"], None)

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it will be ended; see `cut`."""
        for line in self.lines:
            line.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "double"}})

    def cut(self, *, politely: bool = False) -> None:
        """End every connection, without a word unless politely."""
        for line in self.lines:
            line.end(politely=politely)

    def wait_until(self, count: int, seconds: float = 10.0) -> None:
        """Wait until the app has opened so many connections, in all, and one of them stands."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._lines and self.opened >= count, seconds):
                raise AssertionError(f"{self.opened} connections were opened, {len(self._lines)} stand")

    @property
    def lines(self) -> list[Line]:
        """The connections that stand, the oldest first."""
        return list(self._lines)

    @property
    def count(self) -> int:
        """How many connections stand."""
        return len(self._lines)


class Line:
    """One connection, seen from the server."""

    def __init__(self, source: BinaryIO, sock: socket.socket) -> None:
        self._source, self._sock = source, sock
        self._turn = threading.Lock()
        self.pieces = 1  # in how many frames a message is sent
        self.deaf = False  # whether it answers no ping

    def texts(self) -> Any:
        """Every text the client sends; pings are answered."""
        while True:
            try:
                code, data = self._frame()
            except (OSError, ValueError, struct.error):
                return
            if code == CLOSE:
                self._write(CLOSE, data[:2])
                return
            if code == PING and not self.deaf:
                self._write(PONG, data)
            if code == TEXT:
                yield data.decode()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        self.send_text(json.dumps(message))

    def send_text(self, text: str) -> None:
        """Send any text."""
        data = text.encode()
        size = -(-len(data) // self.pieces)
        parts = [data[at : at + size] for at in range(0, len(data), size)]
        for number, part in enumerate(parts):
            self._write(TEXT if number == 0 else 0, part, is_last=number == len(parts) - 1)

    def end(self, *, politely: bool) -> None:
        """Close, with a word or without."""
        if politely:
            self._write(CLOSE, struct.pack("!H", 1000))
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _frame(self) -> tuple[int, bytes]:
        first, second = self._read(2)
        if not second & 0x80:
            raise ValueError("a client must mask what it sends")
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        mask, data = self._read(4), self._read(length)
        return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))

    def _read(self, count: int) -> bytes:
        data = self._source.read(count)
        if len(data) < count:
            raise ValueError("the connection ended")
        return data

    def _write(self, code: int, data: bytes, *, is_last: bool = True) -> None:
        first = (0x80 if is_last else 0) | code
        if len(data) < 126:
            head = struct.pack("!BB", first, len(data))
        elif len(data) < 1 << 16:
            head = struct.pack("!BBH", first, 126, len(data))
        else:
            head = struct.pack("!BBQ", first, 127, len(data))
        with self._turn, contextlib.suppress(OSError):
            self._sock.sendall(head + data)


def accept(key: str) -> str:
    """The handshake's answer to a key."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode(), usedforsecurity=False).digest()).decode()
