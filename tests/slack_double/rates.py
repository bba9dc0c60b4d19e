"""How much Slack takes: a message a second per channel, a budget for the workspace, so many calls a minute per method.

What exceeds is answered 429 with Retry-After, and until then the channel or method is closed: calls into a pause are
refused again and noted, for an app that was told to wait and did not.
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.slack_double.rules import tier_of

POSTING = "chat.postMessage"
MINUTE = 60.0


@dataclass(frozen=True)
class Rates:
    """What is enforced.

    Slack documents a message per second and channel with "short bursts" (it gives no number; three here), an unstated
    budget of messages for the workspace ("several hundred a minute"), and tiers of "1+", "20+", "50+" and "100+" calls
    a minute per method; the double takes the lower end of each at its word.
    """

    per_channel: float = 1.0  # messages a second
    burst: int = 3
    per_minute: int = 300  # messages, over all channels
    tiers: dict[int, int] = field(default_factory=lambda: {1: 1, 2: 20, 3: 50, 4: 100})


@dataclass(frozen=True)
class Pause:
    """A place that is closed: since when somebody was told, until when."""

    since: float
    until: float


class Limits:
    """Who may call now, and who was told to wait."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.rates: Rates | None = None
        self._pauses: dict[tuple[str, str], Pause] = {}
        self._full_at: dict[str, float] = {}  # when the channel's bucket is full again
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)

    def pause_of(self, method: str, channel: str) -> Pause | None:
        """The pause a call falls into, if any: its channel's, or its whole method's."""
        now = self._clock()
        found = (self._pauses.get(place) for place in ((method, channel), (method, "")))
        return next((pause for pause in found if pause and now < pause.until), None)

    def close(self, method: str, channel: str, seconds: float) -> None:
        """Somebody is told to wait. A pause under way is never shortened."""
        now = self._clock()
        known = self.pause_of(method, channel)
        until = max(now + seconds, known.until if known else 0.0)
        self._pauses[method, channel] = Pause(known.since if known else now, until)

    def left(self, pause: Pause) -> int:
        """What Retry-After says of a pause under way, in whole seconds."""
        return max(1, math.ceil(pause.until - self._clock()))

    def excess(self, method: str, channel: str) -> int:
        """Seconds until this call would have been welcome; 0 when it is, and then it is counted."""
        if self.rates is None:
            return 0
        waits = [self._channel_wait(channel, self.rates)] if method == POSTING and channel else []
        waits.append(self._method_wait(method, self.rates))
        if longest := max(waits):
            self.close(method, channel if longest == waits[0] and len(waits) == 2 else "", math.ceil(longest))
            return math.ceil(longest)
        self._count(method, channel, self.rates)
        return 0

    def _channel_wait(self, channel: str, rates: Rates) -> float:
        room = self._full_at.get(channel, 0.0) - self._clock() - (rates.burst - 1) / rates.per_channel
        return max(0.0, room)

    def _method_wait(self, method: str, rates: Rates) -> float:
        allowed = rates.per_minute if method == POSTING else rates.tiers.get(tier_of(method))
        if allowed is None:
            return 0.0
        recent, now = self._recent[method], self._clock()
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        return recent[0] + MINUTE - now if len(recent) >= allowed else 0.0

    def _count(self, method: str, channel: str, rates: Rates) -> None:
        now = self._clock()
        self._recent[method].append(now)
        if method == POSTING:
            self._full_at[channel] = max(self._full_at.get(channel, 0.0), now) + 1 / rates.per_channel
