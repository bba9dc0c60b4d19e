"""What an owner's confidence may be, what must be said when it moves, and when two owners see things too differently."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

STEP, LEAST, MOST = 10, 0, 100
TENS = tuple(range(LEAST, MOST + STEP, STEP))
"""What can be said, in per cent: finer would be no truer."""


def in_tens(confidence: int) -> bool:
    """Whether it is one of the tens from 0 to 100."""
    return confidence in TENS


def needs_note(before: int | None, after: int, *, start: int, move: int) -> bool:
    """Whether a move is so large (in points) that it needs a reason; who said nothing yet stood at `start`."""
    return abs(after - (start if before is None else before)) >= move


def apart(said: Iterable[int | None]) -> int | None:
    """How many points two owners are apart; None unless exactly two have said something."""
    given = [one for one in said if one is not None]
    return abs(given[0] - given[1]) if len(given) == 2 else None


def needs_reason(status: str | None, suggested: str) -> bool:
    """Whether a status is set against the figures."""
    return status is not None and status != suggested


def talked_over(said_at: Iterable[datetime], discussed_at: datetime | None) -> bool:
    """Whether owners wrote down what they made of it since the later of them said something new."""
    latest = max(said_at, default=None)
    return discussed_at is not None and (latest is None or discussed_at >= latest)
