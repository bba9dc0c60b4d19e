"""How long to wait before the next try, and when to stop trying."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(seconds=30)
"""How long a worker may hold a message: above Slack's time limit, below anybody's patience."""
LATEST_CALL = timedelta(seconds=15)
"""Into its lease a call must have begun: it may last ten seconds, and must be over before somebody looks for it."""
LONGEST_BATCH = timedelta(seconds=20)
"""So long a worker goes on with what it has leased; the rest goes back before its lease is over."""
LOOKS = (timedelta(seconds=5), timedelta(seconds=5))
"""After a lost answer, how long until each look for the message in the conversation's history."""
LOOK_BEFORE = timedelta(minutes=1)
"""How long before the attempt a look begins: Slack's clock is not ours."""
ASK_AGAIN = timedelta(seconds=10)
MOST_STRIKES = 6
PROBES = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
"""Between the questions whether a workspace that refused us takes us back."""
QUIET = timedelta(minutes=2)
"""A sweep runs every few seconds: two minutes without one means that nobody is sweeping."""
STALE = timedelta(minutes=10)
"""A message that is this late although nothing stops it is stuck: somebody should look."""


def after_strike(strikes: int, now: datetime) -> datetime:
    """When to try again after an end that was nobody's pause: 10 s, doubling, five minutes at most."""
    return now + min(ASK_AGAIN * (1 << strikes - 1), timedelta(minutes=5))


def next_probe(probes: int, now: datetime) -> datetime:
    """When to ask next whether the workspace takes us back."""
    return now + PROBES[min(probes, len(PROBES) - 1)]
