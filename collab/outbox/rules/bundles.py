"""When several messages to one person become one: many at once, or more than a person can follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MANY = 5
"""So many that are due for one person at the same moment go out as one."""
WINDOWS = ((timedelta(minutes=5), 10), (timedelta(hours=1), 30), (timedelta(days=1), 80))
"""So many may arrive within each window; whatever else is to be said waits for its end and comes as one bundle."""
LONGEST_HOLD = timedelta(hours=2)
"""Nothing waits longer for a bundle, however much was said that day: what one must decide goes stale."""
LOOK_BACK = WINDOWS[-1][0]


def held_until(sent: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when the next message waits, given when the recent ones were sent; None: it may go now."""
    ends = [end for window, most in WINDOWS if (end := _end(sent, now, window, most))]
    return min(max(ends), now + LONGEST_HOLD) if ends else None


def _end(sent: Sequence[datetime], now: datetime, window: timedelta, most: int) -> datetime | None:
    inside = sorted(at for at in sent if at > now - window)
    return inside[-most] + window if len(inside) >= most else None
