"""One request to a provider: within a time, within a size, and never led elsewhere."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from collab.access.rules.refusals import SignInRefused

PATIENCE = 5.0
"""Seconds for a whole answer: whoever signs in waits for it."""
MOST_BYTES = 512 * 1024
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_FINE, _REFUSED = 200, range(400, 500)


class _NoWayOn(urllib.request.HTTPRedirectHandler):
    """A provider's endpoints answer themselves; one that leads elsewhere is not followed."""

    def redirect_request(self, *_request: Any) -> None:
        """None: the redirection itself is the answer."""


_opener = urllib.request.build_opener(_NoWayOn)


def fetch(url: str, *, headers: Mapping[str, str] | None = None, body: str | None = None) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object at an address of the provider; with a body, posted.

    Raises:
        SignInRefused: unreachable (no answer in PATIENCE seconds, or a server's error), answer (no JSON object, no https).
    """
    if not is_safe(url):
        raise SignInRefused("answer", detail="an address that is not https")
    request = urllib.request.Request(  # noqa: S310 - http and https only, see is_safe
        url,
        None if body is None else body.encode(),
        {"Accept": "application/json", "User-Agent": "collab", **(headers or {})},
    )
    until = time.monotonic() + PATIENCE
    try:
        status, raw = _read(request, until)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SignInRefused("unreachable", detail=type(error).__name__) from None
    if status != _FINE and status not in _REFUSED:
        raise SignInRefused("unreachable", detail=f"status {status}")
    return status, _object(raw, status)


def is_safe(url: Any) -> bool:
    """Whether an address may carry secrets: https, or this machine itself."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
    except ValueError:
        return False


def _read(request: urllib.request.Request, until: float) -> tuple[int, bytes]:
    try:
        answer: Any = _opener.open(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        raw = b""
        while part := answer.read1(65536):
            raw += part
            if len(raw) > MOST_BYTES:
                raise ValueError("too large")
            if time.monotonic() > until:
                raise TimeoutError
        return answer.status, raw


def _object(raw: bytes, status: int) -> dict[str, Any]:
    """A refusal need not be JSON; what is to be believed must be."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if status != _FINE:
        return {}
    raise SignInRefused("answer", detail="no JSON object")
