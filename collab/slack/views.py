"""The three addresses Slack speaks to. They stand before Flask's own handling of requests: no cookie, no session, no form
token, no page headers. The signature over the raw bytes is the only credential, and nothing else is even looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from collab.kernel import clock
from collab.kernel.database_away import patience
from collab.kernel.permits import permit
from collab.slack import reading
from collab.slack.reading import Incoming
from collab.slack.reception import MESSAGES, PATIENCE, Answered, receive
from collab.slack.verification import Forged, verify

MOST_BYTES = 1024 * 1024
Read = Callable[[bytes], Incoming]
READ: dict[str, tuple[str, Read]] = {
    "/slack/commands": (reading.FORM, reading.read_command),
    "/slack/interactions": (reading.FORM, reading.read_interaction),
    "/slack/events": (reading.JSON, reading.read_event),
}
"""What is spoken at each address: the content type, and how it is read."""
Environ = dict[str, Any]


class Door:
    """WSGI in front of the application: Slack's addresses are answered here, everything else goes on."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inner = app, app.wsgi_app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a POST to one of our addresses."""
        path = environ.get("PATH_INFO", "")
        if path not in READ or environ["REQUEST_METHOD"] != "POST":
            return self._inner(environ, start_response)
        with patience(PATIENCE), self._app.app_context():
            status, body = answer(environ, *READ[path])
        MESSAGES.labels(path, status.value).inc()
        content = json.dumps(body, ensure_ascii=False).encode() if body else b""
        kind = "application/json; charset=utf-8" if body else "text/plain"
        headers = [("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [content]


@permit("slack.speak")
def answer(environ: Environ, content_type: str, read: Read) -> Answered:
    """Verify the bytes, and only then look at what they say."""
    try:
        raw = _verified_bytes(environ)
    except Forged:
        return HTTPStatus.UNAUTHORIZED, {}
    except ClientDisconnected:
        return HTTPStatus.BAD_REQUEST, {}
    except RequestEntityTooLarge:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != content_type:
        return HTTPStatus.BAD_REQUEST, {}
    if raw.startswith(b"ssl_check=1"):
        return HTTPStatus.OK, {}
    return receive(lambda: read(raw))


def _verified_bytes(environ: Environ) -> bytes:
    raw = get_input_stream(environ, max_content_length=MOST_BYTES).read()
    verify(
        raw, environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"), environ.get("HTTP_X_SLACK_SIGNATURE"),
        secret=current_app.extensions["settings"].slack_signing_secret, now=clock.now(),
    )  # fmt: skip
    return raw
