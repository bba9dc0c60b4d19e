"""How fast Slack may be spoken to: per recipient, and per method. Source: Slack's rate limit tiers, `docs/operations.md`.

The generic cell rate algorithm (ITU-T I.371): a lane has one moment, `free_at`; each call moves it on by `interval`, and
a call may be made while it is less than `burst - 1` intervals ahead of now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(minutes=10)
"""No Retry-After is obeyed longer; a pause further ahead than this was written by a clock that has since stepped back."""
SHORTEST_PAUSE = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
POST, UPDATE, HISTORY = "chat.postMessage", "chat.update", "conversations.history"
LOOKUP = "users.lookupByEmail"
OPEN = "conversations.open"
HOME = "views.publish"
_TIER_3 = 50
_TIER_4 = 100
_BURST_SECONDS = 2
"""So many seconds' worth of posts may go at once: more than the time until the bell rings again."""
_BURST_OF_TIER_3, _BURST_OF_TIER_4 = 10, 20
_BURST_TO_ONE = 3


@dataclass(frozen=True)
class Pace:
    """One lane's speed: a call every `interval`, up to `burst` at once."""

    key: str
    interval: timedelta
    burst: int

    @property
    def slack(self) -> timedelta:
        """How far `free_at` may be ahead of now."""
        return self.interval * (self.burst - 1)

    def free_from(self, free_at: datetime, closed_until: datetime | None, now: datetime) -> datetime:
        """When the next call may be made, if the lane stays as it is. What no clock of today wrote does not count."""
        if closed_until is not None and closed_until <= now + LONGEST_PAUSE:
            return max(now, closed_until, self._sane(free_at, now) - self.slack)
        return max(now, self._sane(free_at, now) - self.slack)

    def places(self, free_at: datetime, closed_until: datetime | None, now: datetime) -> int:
        """How many calls may be made right now."""
        if closed_until is not None and now < closed_until <= now + LONGEST_PAUSE:
            return 0
        ahead = max(self._sane(free_at, now) - now, timedelta(0))
        return max(0, int((self.interval * self.burst - ahead) / self.interval))

    def after(self, free_at: datetime, now: datetime) -> datetime:
        """Where a call made now moves `free_at`."""
        return max(now, self._sane(free_at, now)) + self.interval

    def _sane(self, free_at: datetime, now: datetime) -> datetime:
        return free_at if free_at <= now + self.slack + LONGEST_PAUSE else now


def of_recipient(lane: str) -> Pace:
    """One message a second to a channel or person, "short bursts" allowed."""
    return Pace(lane, timedelta(seconds=1), _BURST_TO_ONE)


def of_method(method: str, posts_per_minute: int) -> Pace:
    """A method's budget for the whole workspace: posts as the installation was told, Home tabs as tier 4 (100 a minute), the
    rest as tier 3 (50 a minute).

    A burst and what follows within the same minute stay inside the budget together.
    """
    per_minute, burst = _TIER_3, _BURST_OF_TIER_3
    if method == POST:
        per_minute, burst = posts_per_minute, max(1, posts_per_minute * _BURST_SECONDS // 60)
    elif method == HOME:
        per_minute, burst = _TIER_4, _BURST_OF_TIER_4
    return Pace(f"method:{method}", MINUTE / max(1, per_minute - burst), burst)


def pause(seconds: int) -> timedelta:
    """How long to stay silent after Slack asked for it."""
    return min(max(timedelta(seconds=seconds), SHORTEST_PAUSE), LONGEST_PAUSE)
