"""How an answer is found again while a pulse is open, and read by nobody else.

Two halves make the key: one stands in the pulse's row and is destroyed when it ends, the other is the installation's own secret
and never in the database. Without both, an answer is neither anybody's nor readable; after the end, nor with them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

NONCE = 16
"""Bytes; a fresh one for every set of answers."""


@dataclass(frozen=True)
class Key:
    """The key of one open pulse."""

    root: bytes

    def token(self, member: int) -> str:
        """The name under which a member's answers stand."""
        return _mac(self.root, b"who:%d" % member).hex()

    def seal(self, ratings: Mapping[str, int], codes: Sequence[str], nonce: bytes) -> str:
        """One rating a question (1 to 5), in the order of `codes`."""
        return (nonce + _mixed(self._stream(nonce), bytes(ratings[code] for code in codes))).hex()

    def opened(self, sealed: str, codes: Sequence[str]) -> dict[str, int]:
        """What was sealed."""
        raw = bytes.fromhex(sealed)
        return dict(zip(codes, _mixed(self._stream(raw[:NONCE]), raw[NONCE:]), strict=True))

    def _stream(self, nonce: bytes) -> bytes:
        return _mac(self.root, b"what:" + nonce)


def key_from(installation: str, pulse: str) -> Key:
    """The key whose halves these are."""
    return Key(_mac(installation.encode(), b"pulse:" + pulse.encode()))


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, sha256).digest()


def _mixed(stream: bytes, text: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(stream, text, strict=False))
