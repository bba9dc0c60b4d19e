"""Is it Slack who speaks? Judged on the raw bytes, before anything is parsed."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

WINDOW_SECONDS = 300
_LONGEST_STAMP = 12


class Forged(Exception):
    """Not signed by Slack for this app, or signed too long ago."""


def verify(body: bytes, stamp: str | None, signature: str | None, *, secret: str | None, now: datetime) -> None:
    """Raise Forged unless `signature` is Slack's over `body` at `stamp`, within five minutes either way.

    Headers are whatever somebody sent: not a number, far too long, not ASCII; none of it may raise anything else.
    """
    if not secret or not stamp or not signature or not signature.isascii():
        raise Forged
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _LONGEST_STAMP:
        raise Forged
    if abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise Forged
    if not hmac.compare_digest(expected(body, stamp, secret), signature):
        raise Forged


def expected(body: bytes, stamp: str, secret: str) -> str:
    """The signature Slack would send."""
    base = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
