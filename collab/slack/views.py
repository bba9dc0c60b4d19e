"""The three addresses Slack speaks to. They stand before Flask's own handling of requests: no cookie, no session, no form
token, no page headers. The signature over the raw bytes is the only credential, and nothing else is even looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, current_app
from prometheus_client import Counter
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from collab.kernel import clock
from collab.kernel.database_away import patience
from collab.kernel.permits import permit
from collab.slack import dispatch, events, reading
from collab.slack.home import home
from collab.slack.reading import Incoming, Malformed
from collab.slack.verification import Forged, verify

log = structlog.get_logger(__name__)
MESSAGES = Counter("collab_slack_messages_total", "Messages from Slack answered.", ["address", "status"])
MOST_BYTES = 1024 * 1024
PATIENCE = (
    2.3  # seconds for one statement: Slack waits three for the whole answer, a silent database is found out after 2.1
)
Read = Callable[[bytes], Incoming]
READ: dict[str, tuple[str, Read]] = {
    "/slack/commands": (reading.FORM, reading.read_command),
    "/slack/interactions": (reading.FORM, reading.read_interaction),
    "/slack/events": (reading.JSON, reading.read_event),
}
"""What is spoken at each address: the content type, and how it is read."""
Environ = dict[str, Any]
Answered = tuple[HTTPStatus, dict[str, Any]]


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
    """Verify the bytes, read them, check whose they are, then let the handler speak. Above 499 only for an event that could
    not be taken just now: Slack tells it again."""
    try:
        raw = _verified_bytes(environ)
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != content_type:
            raise Malformed
        if raw.startswith(b"ssl_check=1"):
            return HTTPStatus.OK, {}
        incoming = read(raw)
        _check_ours(incoming)
    except Forged:
        return HTTPStatus.UNAUTHORIZED, {}
    except (Malformed, ClientDisconnected):
        return HTTPStatus.BAD_REQUEST, {}
    except RequestEntityTooLarge:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}
    try:
        return _event(incoming) if incoming.kind == reading.EVENT else (HTTPStatus.OK, dispatch.dispatch(incoming))
    except Malformed:
        return HTTPStatus.BAD_REQUEST, {}


def _event(incoming: Incoming) -> Answered:
    if incoming.body["type"] == "url_verification":
        return HTTPStatus.OK, {"challenge": incoming.body["challenge"]}
    return events.hear(incoming), {}


def _verified_bytes(environ: Environ) -> bytes:
    raw = get_input_stream(environ, max_content_length=MOST_BYTES).read()
    verify(
        raw, environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"), environ.get("HTTP_X_SLACK_SIGNATURE"),
        secret=current_app.extensions["settings"].slack_signing_secret, now=clock.now(),
    )  # fmt: skip
    return raw


def _check_ours(incoming: Incoming) -> None:
    """A signing secret is one app's, but an app may be in many workspaces: only our own may speak to us. While Slack does
    not say which that is, the signature alone must do."""
    ours = home()
    if ours is None:
        return
    if incoming.team and incoming.team != ours.team:
        log.warning("slack.foreign_team", team=incoming.team)
        raise Forged
    if ours.app and incoming.app_id and incoming.app_id != ours.app:
        log.warning("slack.foreign_app", app=incoming.app_id)
        raise Forged
