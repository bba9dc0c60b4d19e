"""The HTTP face: `/api/<method>` and `/response/<token>` for the product, `/_double/` for tests in another process."""

import json
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.slack_double import api, control
from tests.slack_double.errors import SlackError
from tests.slack_double.faults import Misfortune, Misfortunes
from tests.slack_double.workspace import Workspace

SILENCE_SECONDS = 60


class Server(ThreadingHTTPServer):
    """Answers on loopback; one thread for each request, none of which keeps the process alive."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, slack: Workspace) -> None:
        self.slack = slack
        self.misfortunes = Misfortunes()
        super().__init__(("127.0.0.1", port), _Handler)

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

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keeps quiet: the record says more than a log line."""

    def _serve(self) -> None:
        area, _, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if area == "api":
            self._web_api(rest, body)
        elif area == "response":
            self._response_url(rest, body)
        elif area == "_double":
            status, answer = control.serve(self.server.slack, self.command, rest, body)
            self._send(status, json.dumps(answer, ensure_ascii=False).encode())
        else:
            self._send(404, b"{}")

    def _web_api(self, name: str, body: bytes) -> None:
        try:
            arguments = self._arguments(body)
        except SlackError as refusal:
            self._send(200, json.dumps(refusal.as_json()).encode())
            return
        token = self._token(arguments)
        misfortune = self.server.misfortunes.take(name)
        if misfortune is None:
            self._send(200, json.dumps(api.web_api(self.server.slack, name, token, arguments)).encode())
            return
        if misfortune.done_first:
            api.web_api(self.server.slack, name, token, arguments)
        else:
            api.note_call(self.server.slack, name, arguments, {"ok": False, "error": f"ordered: {misfortune.answer!r}"})
        self._suffer(misfortune)

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

    def _suffer(self, misfortune: Misfortune) -> None:
        if not isinstance(misfortune.answer, Exception):
            status, body = misfortune.as_http()
            self._send(status, body, dict(misfortune.headers))
            return
        self.close_connection = True
        if isinstance(misfortune.answer, TimeoutError):
            self.connection.settimeout(SILENCE_SECONDS)
            self.connection.recv(1)  # returns when the caller gives up
        elif isinstance(misfortune.answer, ConnectionResetError):
            # Lingering for no time makes the kernel send a reset instead of a polite end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        defaults = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (defaults | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
