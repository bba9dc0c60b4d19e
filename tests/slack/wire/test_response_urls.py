"""Response urls: they refuse in words of their own, with any status, as JSON or as bare text."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collab.slack.problems import (
    CLASSES,
    Later,
    SlackProblem,
    TargetBroken,
    Uncertain,
    Unknown,
)
from collab.slack.wire import use_response_url
from tests.slack.wire.basics import PAYLOAD

# Answers that are none


@pytest.mark.parametrize("error", CLASSES["response_url"])
@pytest.mark.parametrize("as_json", [True, False])
def test_a_response_url_that_refuses(error: str, as_json: bool) -> None:
    body = f'{{"ok": false, "error": "{error}"}}' if as_json else error
    with answering(404, body) as address, pytest.raises(CLASSES["response_url"][error]) as trouble:
        use_response_url(address, PAYLOAD, timeout=2)
    assert trouble.value.error == error


@pytest.mark.parametrize("status", [200, 404])
def test_a_response_url_refuses_with_any_status(status: int) -> None:
    with answering(status, '{"ok": false, "error": "used_url"}') as address, pytest.raises(TargetBroken):
        use_response_url(address, PAYLOAD, timeout=2)


@pytest.mark.parametrize("body", ["ok", '{"ok": true}'])
def test_a_response_url_that_takes_it(body: str) -> None:
    with answering(200, body) as address:
        use_response_url(address, PAYLOAD, timeout=2)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(200, "<html>", Uncertain), (500, "used_url", Uncertain), (429, "", Later), (403, "<html>", Unknown)],
)
def test_a_response_url_that_says_nothing_we_know(status: int, body: str, kind: type[SlackProblem]) -> None:
    with answering(status, body) as address, pytest.raises(kind):
        use_response_url(address, PAYLOAD, timeout=2)


def test_a_response_url_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Later):
            use_response_url(f"http://127.0.0.1:{taken.getsockname()[1]}/", PAYLOAD, timeout=1)


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    """A server that answers one request so."""
    content = body.encode()
    answer = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(content), content)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_answer_one, args=(door, answer), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
        thread.join(timeout=5)


def _answer_one(door: socket.socket, answer: bytes) -> None:
    caller, _ = door.accept()
    with caller:
        request = caller.recv(65536)
        while not request.endswith(b"}"):
            request += caller.recv(65536)
        caller.sendall(answer)
