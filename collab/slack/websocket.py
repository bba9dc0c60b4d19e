"""One WebSocket to Slack: texts out of it and into it. The protocol is websocket-client's; slack_sdk's own reader forgets a message
that comes in pieces and cannot send more than 65,535 bytes (ADR 26)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from websocket import (
    ABNF,
    STATUS_GOING_AWAY,
    WebSocket,
    WebSocketException,
    WebSocketTimeoutException,
    create_connection,
)

CONNECT_SECONDS, STEP_SECONDS = 5.0, 5.0
"""How long a connection may take to come about, and one step (a frame to send, a look whether there is something to read)."""


class LineLost(Exception):
    """The connection did not come about, or is no more."""


class Line:
    """An open connection. One thread reads it; any may send."""

    def __init__(self, opened: WebSocket) -> None:
        self._socket = opened
        self.ended = False
        self.heard_at = time.monotonic()

    def texts(self) -> Iterator[str]:
        """Every text that comes, until the connection ends; pings are answered on the way."""
        try:
            while not self.ended:
                with contextlib.suppress(WebSocketTimeoutException):  # nothing came for a while; half a frame is kept
                    kind, frame = self._socket.recv_data_frame(control_frame=True)
                    self.heard_at = time.monotonic()
                    if kind == ABNF.OPCODE_CLOSE:
                        return
                    if kind in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
                        yield bytes(frame.data).decode(errors="replace")
        except (WebSocketException, OSError, ValueError):
            return
        finally:
            self.close()

    def send(self, text: str) -> None:
        """Send a text. Raises LineLost."""
        self._send(ABNF.OPCODE_TEXT, text.encode())

    def ping(self) -> None:
        """Ask whether somebody is still there: `heard_at` tells. Raises LineLost."""
        self._send(ABNF.OPCODE_PING, b"")

    def close(self) -> None:
        """Say goodbye, if anybody listens, and end; whoever reads stops."""
        if self.ended:
            return
        self.ended = True
        with contextlib.suppress(WebSocketException, OSError):
            self._socket.send_close(STATUS_GOING_AWAY)
        with contextlib.suppress(WebSocketException, OSError):
            self._socket.abort()  # wakes the reader
        self._socket.shutdown()

    def _send(self, kind: int, data: bytes) -> None:
        try:
            self._socket.send(data, kind)
        except (WebSocketException, OSError) as error:  # half a frame may be out: nobody can go on from there
            self.close()
            raise LineLost(str(error)) from error


def connect(url: str) -> Line:
    """Open a connection to a `ws(s)://` address, through the proxy of the environment if there is one. Raises LineLost."""
    try:
        opened = create_connection(url, timeout=CONNECT_SECONDS, enable_multithread=True)
    except (WebSocketException, OSError, ValueError) as error:
        raise LineLost(str(error)) from error
    opened.settimeout(STEP_SECONDS)
    return Line(opened)
