"""The HTTP face: `/api/<method>` and `/response/<token>` for the product, `/_double/` for tests in another process."""

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.slack_double import api
from tests.slack_double.errors import SlackError
from tests.slack_double.faults import How
from tests.slack_double.sockets import Line, accept
from tests.slack_double.workspace import Workspace

Control = Callable[[str, str, bytes], tuple[int, Any]]


class Server(ThreadingHTTPServer):
    """Answers on loopback; one thread for each request, none of which keeps the process alive."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, slack: Workspace, control: Control) -> None:
        self.slack, self.control = slack, control
        super().__init__(("127.0.0.1", port), _Handler)
        slack.sockets.origin = self.origin

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def run_in_background(self) -> None:
        """Serves from a thread of the calling process."""
        threading.Thread(target=self.serve_forever, args=(0.05,), name="slack-double", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news; an error of our own keeps its traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keeps quiet: the record says more than a log line."""

    def _serve(self) -> None:
        area, _, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if area == "api":
            self._web_api(rest, body)
        elif area == "response":
            self._response_url(rest, body)
        elif area == "link" and self.headers.get("Upgrade", "").lower() == "websocket":
            self._socket_mode()
        elif area == "_double":
            status, answer = self.server.control(self.command, rest, body)
            self._send(status, json.dumps(answer, ensure_ascii=False).encode())
        else:
            self._send(404, b"{}")

    def _web_api(self, name: str, body: bytes) -> None:
        try:
            arguments = self._arguments(body)
        except SlackError as refusal:
            self._send(200, json.dumps(refusal.as_json()).encode())
            return
        self._end(api.web_api(self.server.slack, name, self._token(arguments), arguments))

    def _socket_mode(self) -> None:
        """The connection becomes a WebSocket and stays with this thread until it ends."""
        self.close_connection, self.protocol_version = True, "HTTP/1.1"
        self.send_response(101)
        answer = {"Upgrade": "websocket", "Connection": "Upgrade"}
        for name, value in {**answer, "Sec-WebSocket-Accept": accept(self.headers["Sec-WebSocket-Key"])}.items():
            self.send_header(name, value)
        self.end_headers()
        ticket = dict(parse_qsl(urlsplit(self.path).query)).get("ticket", "")
        self.server.slack.sockets.serve(ticket, Line(self.rfile, self.connection))

    def _response_url(self, token: str, body: bytes) -> None:
        try:
            answer = api.response_url(self.server.slack, token, json.loads(body))
        except ValueError:
            answer = {"ok": False, "error": "invalid_payload"}
        self._send(200 if answer["ok"] else 404, b"ok" if answer["ok"] else json.dumps(answer).encode())

    def _arguments(self, body: bytes) -> dict[str, Any]:
        """Query, form and JSON alike, as Slack takes them."""
        arguments: dict[str, Any] = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        # slack_sdk announces JSON even when it sends nothing, or only a query.
        if not body or "json" not in self.headers.get("Content-Type", ""):
            return arguments | dict(parse_qsl(body.decode(), keep_blank_values=True))
        try:
            content = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(content, dict):
            raise SlackError("json_not_object")
        return arguments | content

    def _token(self, arguments: dict[str, Any]) -> str | None:
        """From the header, or from the arguments, where it is taken out."""
        in_form = arguments.pop("token", None)
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        return value if kind == "Bearer" else in_form

    def _end(self, ending: api.Ending) -> None:
        """Answers, or loses the answer."""
        page = b"<html><body><h1>Bad gateway</h1></body></html>"
        if ending.how is None:
            self._send(ending.status, ending.body, dict(ending.headers))
        elif ending.how is How.HTML:
            self._send(200, page, {"Content-Type": "text/html"})
        elif ending.how in (How.EMPTY, How.WORDS):
            self._send(200, b"" if ending.how is How.EMPTY else b"upstream is resting", {"Content-Type": "text/plain"})
        elif ending.how in (How.HALF, How.CHUNK):
            self._send_half(ending.body, chunked=ending.how is How.CHUNK)
        else:
            self._hang_up(ending)

    def _send_half(self, body: bytes, *, chunked: bool) -> None:
        """The first half of an answer that promised to be whole."""
        self.close_connection = True
        half = body[: len(body) // 2]
        if chunked:
            self.protocol_version = "HTTP/1.1"  # there are no chunks in 1.0
            headers: dict[str, str | None] = {"Content-Length": None, "Transfer-Encoding": "chunked"}
            self._send(200, f"{len(body):x}\r\n".encode() + half, headers)
        else:
            self._send(200, half, {"Content-Length": str(len(body))})

    def _hang_up(self, ending: api.Ending) -> None:
        self.close_connection = True
        if ending.how is How.HANG:
            self.connection.settimeout(ending.seconds)
            self.connection.recv(1)  # returns when the caller gives up
        elif ending.how is How.RESET:
            # Lingering for no time makes the kernel send a reset instead of a polite end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _send(self, status: int, body: bytes, headers: Mapping[str, str | None] | None = None) -> None:
        self.send_response(status)
        defaults = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in {**defaults, **(headers or {})}.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
