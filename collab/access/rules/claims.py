"""What a provider's ID token must say before anybody is believed to be there (OpenID Connect Core 1.0, 3.1.3.7). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError

from collab.access.rules.doors import Door
from collab.access.rules.refusals import SignInRefused

SKEW = 60
"""Seconds by which the provider's clock and ours may disagree."""
FRESH = 120
"""Seconds ago that somebody who was asked to prove it again may have proved it."""
LONGEST_SUBJECT, LONGEST_EMAIL, LONGEST_NAME = 255, 254, 120
_WHY = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce", "exp": "expired", "iat": "expired", "nbf": "expired"}  # fmt: skip


@dataclass(frozen=True)
class Proven:
    """Who a provider says is there."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    proved_at: datetime
    name: str = ""
    locale: str | None = None


def check(
    claims: Mapping[str, Any], header: Mapping[str, Any], door: Door, *, nonce: str, access_token: str, now: datetime
) -> None:
    """Whether a token whose signature holds was made by this issuer, for us, in answer to this question, just now.

    Raises:
        SignInRefused: issuer, audience, nonce, expired, or answer (something else is missing or malformed).
    """
    wanted: dict[str, Any] = {
        "iss": {"essential": True, "value": door.issuer},
        "aud": {"essential": True, "value": door.client_id},
    }
    params = {"nonce": nonce, "client_id": door.client_id, "access_token": access_token}
    token = CodeIDToken(dict(claims), dict(header), wanted, params)
    try:
        token.validate(now=int(now.timestamp()), leeway=SKEW)
    except (InvalidClaimError, MissingClaimError) as error:
        raise SignInRefused(_WHY.get(error.claim, "answer"), detail=f"{error.error}: {error.claim}") from None
    except ExpiredTokenError:
        raise SignInRefused("expired") from None
    except (JoseError, TypeError, ValueError) as error:
        raise SignInRefused("answer", detail=type(error).__name__) from None
    if not isinstance(token.get("sub"), str) or not 0 < len(token["sub"]) <= LONGEST_SUBJECT:
        raise SignInRefused("answer", detail="sub")


def proven_at(claims: Mapping[str, Any], now: datetime, *, asked_again: bool) -> datetime:
    """When whoever is there last gave proof to the provider; now, where it does not say and was not asked to.

    Raises:
        SignInRefused: they were asked to prove it again, and the provider does not say that they just did.
    """
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or isinstance(at, bool):
        if asked_again:
            raise SignInRefused("not_fresh", detail="no auth_time")
        return now
    age = now.timestamp() - at
    if age < -SKEW or (asked_again and age > FRESH):
        raise SignInRefused("not_fresh", detail=f"auth_time {int(age)} s ago")
    return now if age < 0 else datetime.fromtimestamp(max(at, 0), UTC)


def who(claims: Mapping[str, Any], door: Door, proved_at: datetime) -> Proven:
    """The person of a token that was checked."""
    email, name = claims.get("email"), claims.get("name")
    usable = isinstance(email, str) and email.isprintable() and len(email) <= LONGEST_EMAIL and email.count("@") == 1
    address = _folded(str(email)) if usable else ""
    return Proven(
        issuer=door.issuer, subject=claims["sub"], email=address, email_verified=bool(address) and claims.get("email_verified") is True,
        proved_at=proved_at, name=name.strip()[:LONGEST_NAME] if isinstance(name, str) and name.isprintable() else "",
        locale=_locale(claims.get("locale")),
    )  # fmt: skip


def _folded(email: str) -> str:
    """An address in small letters; none where a letter of another script would become one of ours (the sign for kelvin a `k`):
    that is another mailbox, perhaps somebody else's."""
    given = email.strip()
    ours = "".join(letter.lower() if letter.isascii() else letter for letter in given)
    return ours if ours == given.lower() else ""


def _locale(said: Any) -> str | None:
    """One of ours, where the provider's word for it begins like one."""
    wanted = said.lower().partition("-")[0].partition("_")[0] if isinstance(said, str) else ""
    return wanted if wanted in {"en", "ja"} else None
