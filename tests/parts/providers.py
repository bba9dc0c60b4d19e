"""Identity providers: a real one in a process of its own, and one that lies as it is told.

with real_provider(users) as issuer: ...
with lying_provider() as liar:
    liar.says(aud="somebody-else")               # claims instead of the right ones; None leaves one out
    liar.signs("HS256")                          # with its public key as the shared secret
    back = liar.answer(url)                      # what the browser is sent back with from the address it was sent to
"""

from __future__ import annotations

import hmac
import json
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.parts.servers import free_port

PATIENCE = 20.0


def right_now() -> int:
    """Seconds, by the clock on the wall: providers have clocks of their own."""
    return int(time.time())  # noqa: TID251 - a provider is no part of the product


@contextmanager
def real_provider(users: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The issuer of a provider that knows these users, by subject."""
    port = free_port()
    known = [word for sub, claims in users.items() for word in ("--user-claims", json.dumps({"sub": sub, **claims}))]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
        *known,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(f"{issuer}/.well-known/openid-configuration", process)
        yield issuer
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the provider does not start")


def press(url: str, sub: str, *, action: str = "authorize") -> dict[str, str]:
    """What a browser is sent back with after somebody pressed the button at the real provider."""
    done = requests.post(url, data={"sub": sub, "action": action}, allow_redirects=False, timeout=PATIENCE)
    assert done.status_code in {302, 303}, done.text
    return came_back(done.headers["Location"])


def came_back(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def make_key(kid: str) -> RSAKey:
    """A key to sign with."""
    return RSAKey.generate_key(2048, {"kid": kid}, private=True)


@dataclass
class Liar:
    """A provider that answers rightly, but for what it was told."""

    issuer: str
    key: RSAKey
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    waits: float = 0.0
    status: int = 200
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)

    def says(self, **claims: Any) -> None:
        self.claims = claims

    def answer(self, url: str, **more: str) -> dict[str, str]:
        """The browser is sent back with a code for what it came with."""
        question = came_back(url)
        code = f"code-{len(self.codes)}"
        self.codes[code] = question
        return {"code": code, "state": question["state"], **more}

    def described(self) -> dict[str, Any]:
        own = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end", "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }  # fmt: skip
        return {**own, **self.metadata}

    def tokens(self, posted: dict[str, str]) -> dict[str, Any]:
        """The tokens for a code."""
        self.posted.append(posted)
        question, now = self.codes.pop(posted["code"], {}), right_now()
        right = {
            "iss": self.issuer, "sub": "s-1", "aud": "collab", "exp": now + 300, "iat": now, "nonce": question.get("nonce"),
            "email": "mika@example.com", "email_verified": True,
        }  # fmt: skip
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        return {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(claims), **self.more}

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "HS256":
            return self._shared(header, claims)
        if self.algorithm == "none":
            return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def _shared(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """By hand, with the public key as the secret: the library refuses to be so careless."""
        signed = ".".join(
            urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)
        )
        mark = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


@contextmanager
def lying_provider(key: RSAKey | None = None) -> Iterator[Liar]:
    """A provider on a port of its own, in a thread; making a key takes long, so that tests share one."""
    port = free_port()
    liar = Liar(f"http://127.0.0.1:{port}", key or make_key("one"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked.append(self.path)
            known = {
                "/.well-known/openid-configuration": liar.described,
                "/keys": lambda: {"keys": [key.as_dict(private=False) for key in liar.published or [liar.key]]},
                "/userinfo": lambda: {"sub": "s-1", "email": "mika@example.com", "email_verified": True},
            }
            self._say(known[self.path]())

        def do_POST(self) -> None:
            liar.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(liar.tokens({name: values[0] for name, values in parse_qs(body).items()}))

        def _say(self, found: Any) -> None:
            time.sleep(liar.waits)
            raw = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(liar.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_words: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
