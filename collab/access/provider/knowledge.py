"""What a provider says about itself: addresses and keys, kept for an hour, keys looked for again when an unknown one signs."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from collab.access.provider.wire import fetch, is_safe
from collab.access.rules.refusals import SignInRefused
from config.settings import Provider

KEPT, AGAIN = 3600.0, 30.0
"""Seconds for which what a provider said is believed; and between two looks for keys we do not know."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures only the provider can make; one made with a shared or public secret proves nothing."""
_FINE = 200


@dataclass
class Knowledge:
    """A provider's metadata and keys."""

    issuer: str
    metadata: Mapping[str, Any]
    read_at: float
    keys: KeySet | None = None
    keys_at: float = field(default=-AGAIN)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def address(self, name: str) -> str:
        """One of its endpoints. Raises SignInRefused when it names none that is safe."""
        found = self.metadata.get(name)
        if not is_safe(found):
            raise SignInRefused("answer", detail=name)
        return str(found)

    @property
    def end_session(self) -> str | None:
        """Where one signs out of the provider itself."""
        found = self.metadata.get("end_session_endpoint")
        return str(found) if is_safe(found) else None

    @property
    def algorithms(self) -> list[str]:
        """How it signs, as far as we believe that."""
        said = self.metadata.get("id_token_signing_alg_values_supported")
        return [name for name in ALGORITHMS if name in said] if isinstance(said, list) else [*ALGORITHMS]

    def keys_with(self, kid: str | None) -> KeySet:
        """Its keys, among them one called `kid` where it has one; asked for again at most every AGAIN seconds."""
        with self._lock:
            if self.keys is None or (not _has(self.keys, kid) and time.monotonic() - self.keys_at >= AGAIN):
                self.keys_at = time.monotonic()
                self.keys = _read_keys(self.address("jwks_uri"))
            return self.keys


_known: dict[str, Knowledge] = {}
_reading = threading.Lock()


def knowledge_of(provider: Provider) -> Knowledge:
    """What a provider says about itself, at most an hour old.

    Raises:
        SignInRefused: unreachable, or it calls itself something else than we call it (issuer).
    """
    with _reading:
        found = _known.get(provider.issuer)
        if found is None or time.monotonic() - found.read_at > KEPT:
            found = _known[provider.issuer] = _read(provider.issuer)
        return found


def forget() -> None:
    """Ask again the next time: between tests, whose providers change."""
    _known.clear()


def _read(issuer: str) -> Knowledge:
    status, metadata = fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if status != _FINE:
        raise SignInRefused("unreachable", detail=f"discovery {status}")
    if metadata.get("issuer") != issuer:
        raise SignInRefused("issuer", detail="discovery")
    return Knowledge(issuer, metadata, time.monotonic())


def _read_keys(url: str) -> KeySet:
    """The keys we can use; one of an unknown kind does not spoil the others."""
    status, found = fetch(url)
    rows = found.get("keys") if status == _FINE else None
    usable = []
    for row in rows if isinstance(rows, list) else []:
        try:
            if isinstance(row, dict) and row.get("kty") in {"RSA", "EC", "OKP"} and row.get("use", "sig") == "sig":
                usable += KeySet.import_key_set({"keys": [row]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not usable:
        raise SignInRefused("unreachable", detail="no keys")
    return KeySet(usable)


def _has(keys: KeySet, kid: str | None) -> bool:
    return kid is None or any(key.kid == kid for key in keys.keys)
