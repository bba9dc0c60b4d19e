"""Asking a provider who somebody is (authorization code with PKCE), and reading its answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.errors import JoseError

from collab.access.provider.knowledge import Knowledge, knowledge_of
from collab.access.provider.wire import fetch
from collab.access.rules import claims
from collab.access.rules.claims import Proven
from collab.access.rules.doors import Door
from collab.access.rules.refusals import SignInRefused
from config.settings import Provider

SCOPE = "openid email profile"
OLDEST = 30 * 24 * 3600
"""Seconds ago that whoever signs in may have proved it to the provider. So long that nobody is asked for it; but whoever is asked
for an age must say it (OpenID Connect Core 1.0, 2), and who comes in without being asked has proved nothing just now."""
LONGEST_CODE = 4096
_METHODS = ("client_secret_basic", "client_secret_post")
_FINE = 200


@dataclass(frozen=True)
class Question:
    """What one attempt to sign in is known by; only the browser that began it holds these."""

    state: str
    nonce: str
    verifier: str
    again: bool = False


def new_question(*, again: bool) -> Question:
    """An attempt nobody can guess."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    return Question(state, nonce, verifier, again)


def ask(provider: Provider, redirect_uri: str, *, again: bool = False, locale: str = "en") -> tuple[str, Question]:
    """Where to send the browser, and what to hold until it comes back. Raises SignInRefused."""
    known, question = knowledge_of(provider), new_question(again=again)
    fresh = {"prompt": "login", "max_age": "0"} if again else {"max_age": str(OLDEST)}
    url = prepare_grant_uri(
        known.address("authorization_endpoint"), client_id=provider.client_id, response_type="code", state=question.state,
        redirect_uri=redirect_uri, scope=SCOPE, nonce=question.nonce, code_challenge_method="S256",
        code_challenge=create_s256_code_challenge(question.verifier), ui_locales=locale, **fresh,
    )  # fmt: skip
    return url, question


def answer(
    provider: Provider, door: Door, question: Question, came: Mapping[str, str], *, redirect_uri: str, now: datetime
) -> Proven:
    """Who is there, after every check. `came` is what the provider sent the browser back with. Raises SignInRefused."""
    known = knowledge_of(provider)
    _from_this_issuer(known, came)
    if "error" in came:
        raise _provider_says(came["error"])
    if not 0 < len(came.get("code", "")) <= LONGEST_CODE:
        raise SignInRefused("answer", detail="no code")
    tokens = _exchange(known, provider, question, came["code"], redirect_uri)
    token = _verified(known, tokens.get("id_token"))
    access_token = str(tokens.get("access_token") or "")
    claims.check(token.claims, token.header, door, nonce=question.nonce, access_token=access_token, now=now)
    proved_at = claims.proven_at(token.claims, now, asked_again=question.again)
    return claims.who(_with_address(known, token.claims, access_token), door, proved_at)


def _from_this_issuer(known: Knowledge, came: Mapping[str, str]) -> None:
    """Who answers says so (RFC 9207): an answer of another provider is not mixed up with this one's."""
    promised = known.metadata.get("authorization_response_iss_parameter_supported") is True
    if ("iss" in came or promised) and came.get("iss") != known.issuer:
        raise SignInRefused("issuer", detail="iss of the answer")


def _provider_says(error: str) -> SignInRefused:
    code = error if error.isascii() and error.isprintable() and len(error) <= 40 else "error"
    passing = error in {"temporarily_unavailable", "server_error"}
    reason = "denied" if error == "access_denied" else "provider"
    return SignInRefused(reason, detail=f"{code}{' (passing)' if passing else ''}")


def _exchange(known: Knowledge, provider: Provider, question: Question, code: str, redirect_uri: str) -> dict[str, Any]:
    """Trade the code for tokens. Raises SignInRefused (code): it is used up, another's, or we are not who we say."""
    body = prepare_token_request(
        "authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=question.verifier
    )
    url = known.address("token_endpoint")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    proof = ClientAuth(provider.client_id, provider.client_secret, _method(known))
    url, headers, body = proof.prepare("POST", url, headers, body)
    status, tokens = fetch(url, headers=headers, body=body)
    if status != _FINE:
        said = tokens.get("error")
        raise SignInRefused(
            "code", detail=f"{status} {said if isinstance(said, str) and len(said) <= 40 else ''}".strip()
        )
    return tokens


def _method(known: Knowledge) -> str:
    """How we prove to be the client: the first way both know; basic unless the provider says otherwise."""
    said = known.metadata.get("token_endpoint_auth_methods_supported")
    return next((name for name in _METHODS if name in said), _METHODS[0]) if isinstance(said, list) else _METHODS[0]


def _verified(known: Knowledge, id_token: Any) -> jwt.Token:
    """The ID token, signed by one of the provider's keys in a way only the provider can. Raises SignInRefused."""
    if not isinstance(id_token, str):
        raise SignInRefused("answer", detail="no id_token")
    try:
        header = jws.extract_compact(id_token.encode()).headers()
        if header.get("alg") not in known.algorithms:
            raise SignInRefused("signature", detail="algorithm")
        kid = header.get("kid")
        keys = known.keys_with(kid if isinstance(kid, str) else None)
        return jwt.decode(id_token, keys, algorithms=known.algorithms)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInRefused("signature", detail=type(error).__name__) from None


def _with_address(known: Knowledge, said: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
    """The claims; where the token carries no address, with what the provider answers about its bearer."""
    if "email" in said or not access_token or "userinfo_endpoint" not in known.metadata:
        return said
    headers = {"Authorization": f"Bearer {access_token}"}
    status, more = fetch(known.address("userinfo_endpoint"), headers=headers)
    if status != _FINE or more.get("sub") != said.get("sub"):
        raise SignInRefused("answer", detail="userinfo")
    return {**{name: more[name] for name in ("email", "email_verified", "name", "locale") if name in more}, **said}
