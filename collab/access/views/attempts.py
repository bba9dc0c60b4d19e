"""What a browser holds between leaving for a provider and coming back: in its signed cookie, for ten minutes, used once."""

from __future__ import annotations

import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import session

from collab.access.provider import Question
from collab.access.rules.refusals import SignInRefused

HELD, MOST = timedelta(minutes=10), 3
"""How long an attempt may take, and how many a browser may have open (one in each of a few tabs)."""
_KEY = "sign_in"


@dataclass(frozen=True)
class Attempt:
    """One attempt: the door, the question asked there, and the page it leads to."""

    door: str
    question: Question
    leads_to: str


def hold(attempt: Attempt, *, now: datetime) -> None:
    """Keep an attempt in this browser; the oldest of too many is let go."""
    until = int((now + HELD).timestamp())
    mine = {"door": attempt.door, "leads_to": attempt.leads_to, "until": until, **asdict(attempt.question)}
    session[_KEY] = [*_held()[-(MOST - 1) :], mine]


def take(state: str, *, now: datetime) -> Attempt:
    """The attempt with this state, which this browser then no longer holds. Raises SignInRefused: another's, or too long ago."""
    found = next((one for one in _held() if state and hmac.compare_digest(one["state"].encode(), state.encode())), None)
    if found is None:
        raise SignInRefused("state", detail="unknown here")
    session[_KEY] = [one for one in _held() if one is not found]
    if found["until"] < now.timestamp():
        raise SignInRefused("state", detail="too old")
    question = Question(found["state"], found["nonce"], found["verifier"], found["again"])
    return Attempt(found["door"], question, found["leads_to"])


def _held() -> list[dict[str, Any]]:
    kept = session.get(_KEY)
    return kept if isinstance(kept, list) else []
