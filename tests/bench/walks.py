"""Browsers without a screen: whoever sits at one keeps its cookies, reads the form of a page, and sends it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Generator, Mapping
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.bench.load import Answer, http_request

Visit = Generator[bytes, Answer, str]
"""One request and its answer; ends with the page's text, or where it leads on."""
ADDRESS = "http://127.0.0.1"
_COOKIE = re.compile(rb"(?i)\r\nset-cookie: *([^=;\s]+)=([^;\r]*)")
_LEADS = re.compile(rb"(?i)\r\nlocation: *([^\r]+)")
_PACKED = re.compile(rb"(?i)\r\ncontent-encoding: *gzip")
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """Somebody at the pages, signed in."""

    def __init__(self, cookies: Mapping[str, str]) -> None:
        self.cookies = dict(cookies)

    def open(self, path: str) -> Visit:
        """Look at a page; its text."""
        answer = yield http_request("GET", path, self._headers())
        text = gzip.decompress(answer.body) if _PACKED.search(answer.head) else answer.body
        return self._heard(answer, 200, path, text).decode()

    def send(self, path: str, page: str, fields: Mapping[str, str]) -> Visit:
        """Send a form with the token of the page it stands on; where the answer leads."""
        token = _TOKEN.search(page)
        if token is None:
            raise SystemExit(f"no form leads to {path}")
        body = urlencode({"csrf_token": token[1], **fields}).encode()
        more = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ADDRESS}
        answer = yield http_request("POST", path, {**self._headers(), **more}, body)
        leads = _LEADS.search(self._heard(answer, 303, path, answer.head))
        return leads[1].decode() if leads else ""

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept-Encoding": "gzip", "Accept-Language": "en", "Cookie": cookies}

    def _heard(self, answer: Answer, wanted: int, path: str, what: bytes) -> bytes:
        if answer.status != wanted:
            raise SystemExit(f"{path} answered {answer.status}, not {wanted}:\n{answer.body[:2000]!r}")
        self.cookies.update((name.decode(), value.decode()) for name, value in _COOKIE.findall(answer.head))
        return what


def signed(secret: str, **said: object) -> str:
    """A session cookie's value, as Flask writes it."""
    signer = Flask("bench")
    signer.secret_key = secret
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    value = serializer.dumps(said)
    return value if isinstance(value, str) else value.decode()
