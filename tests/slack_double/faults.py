"""Misfortunes: single ones ordered for the next call, and plans that strike a share of all calls.

slack.faults.seed(7)
slack.faults.lose(0.10)                                   # one in ten answers, after Slack accepted: a reset
slack.faults.lose(0.05, how="half", after_acceptance=False)
slack.faults.limit(0.02, retry_after=5)                   # 429; the channel is closed for 5 s
slack.faults.refuse(1.0, "channel_not_found", channel=channel, times=3)
slack.faults.clear()
"""

import json
import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.slack_double.rules import refusals

ANY = "*"


class How(Enum):
    """How an answer is lost."""

    RESET = "reset"  # the connection ends with a RST
    END = "end"  # it ends politely, with a FIN, before a word was said
    HANG = "hang"  # silence, then a FIN
    HALF = "half"  # half the JSON under the length of the whole
    CHUNK = "chunk"  # half the JSON in a chunk that never ends
    HTML = "html"  # a page of some proxy, with status 200
    EMPTY = "empty"  # status 200 and nothing
    WORDS = "words"  # status 200 and words that are no JSON


@dataclass(frozen=True)
class Misfortune:
    """One ordered answer.

    A dict is sent as JSON, a string as it stands, a number as that HTTP status; an exception becomes what it looks
    like from outside: `TimeoutError` is silence, `ConnectionResetError` a reset, any other a connection closed without
    a word; `How` has more. With `done_first` the call takes effect before it goes wrong, which is the case an outbox
    must survive. `pause` closes the channel for the seconds a 429 names.
    """

    answer: Mapping[str, object] | str | int | Exception | How
    headers: Mapping[str, str] = field(default_factory=dict)
    done_first: bool = False
    seconds: float = 60
    pause: bool = False

    @property
    def how(self) -> How | None:
        """How the answer is lost; None when there is one, be it ever so bad."""
        if isinstance(self.answer, Exception):
            known: dict[type[Exception], How] = {TimeoutError: How.HANG, ConnectionResetError: How.RESET}
            return known.get(type(self.answer), How.END)
        return self.answer if isinstance(self.answer, How) else None

    @property
    def name(self) -> str:
        """What the record says of it."""
        return self.answer.value if isinstance(self.answer, How) else repr(self.answer)

    @property
    def outcome(self) -> str:
        """As the record files a call that came to nothing: under Slack's error, else under what was ordered."""
        if isinstance(self.answer, Mapping):
            return str(self.answer.get("error", self.name))
        return "ratelimited" if self.answer == 429 else f"ordered: {self.name}"

    @property
    def is_ambiguous(self) -> bool:
        """Whether the caller cannot know if Slack did what it was asked."""
        if isinstance(self.answer, Mapping):
            return self.answer.get("error") in ("fatal_error", "internal_error")
        return not isinstance(self.answer, int) or self.answer >= 500

    def as_http(self) -> tuple[int, bytes]:
        """Status and body, where there are any."""
        if isinstance(self.answer, int):
            body = {"ok": False, "error": "ratelimited"} if self.answer == 429 else {}
            return self.answer, json.dumps(body).encode() if body else b""
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return 200, text.encode()


@dataclass
class Plan:
    """A misfortune for a share of the calls, at one place or everywhere, for a while or for good."""

    misfortune: Misfortune
    share: float
    method: str
    channel: str
    until: float | None
    times: int | None

    def strikes(self, method: str, channel: str, now: float, dice: random.Random) -> bool:
        """Whether it hits this call."""
        if self.method not in (ANY, method) or (self.channel and self.channel != channel):
            return False
        if self.times == 0 or (self.until is not None and now >= self.until) or dice.random() >= self.share:
            return False
        self.times = self.times if self.times is None else self.times - 1
        return True


class Faults:
    """What goes wrong. Orders come first, then the plans in their order; the first that strikes is the one.

    Every plan may be narrowed: `method` (`*` for all), `channel` (an id; the person's id for a direct message that is
    not yet open), `lasting` seconds, at most `times`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._dice = random.Random(0)
        self._ordered: defaultdict[str, deque[Misfortune]] = defaultdict(deque)
        self._plans: list[Plan] = []

    def seed(self, number: int) -> None:
        """The same number brings the same luck to the same calls in the same order."""
        self._dice = random.Random(number)

    def order(self, method: str, misfortune: Misfortune) -> None:
        """One, for the next call of a method."""
        self._ordered[method].append(misfortune)

    def lose(
        self, share: float, *, how: str = "reset", after_acceptance: bool = True, seconds: float = 30, **where: Any
    ) -> None:
        """Answers get lost (`How` lists the ways); `seconds` is how long a `hang` lasts."""
        self._plan(Misfortune(How(how), done_first=after_acceptance, seconds=seconds), share, **where)

    def fail(self, share: float, *, status: int = 503, after_acceptance: bool = False, **where: Any) -> None:
        """Slack's front door answers with a status of its own."""
        self._plan(Misfortune(status, done_first=after_acceptance), share, **where)

    def refuse(self, share: float, error: str, *, method: str = "chat.postMessage", **where: Any) -> None:
        """Slack says no with an error it documents for the method; anything else is a slip of the test."""
        if error not in refusals(method):
            raise ValueError(f"Slack does not answer {method} with {error}")
        done_first = bool(where.pop("after_acceptance", False))
        self._plan(Misfortune({"ok": False, "error": error}, done_first=done_first), share, method=method, **where)

    def limit(self, share: float, *, retry_after: int = 30, **where: Any) -> None:
        """429; whoever is told so must leave that channel (or method, where there is no channel) in peace."""
        headers = {"Retry-After": str(retry_after)}
        self._plan(Misfortune(429, headers, seconds=retry_after, pause=True), share, **where)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._plans.clear()
        self._ordered.clear()

    def take(self, method: str, channel: str) -> Misfortune | None:
        """What strikes this call, if anything."""
        if self._ordered[method]:
            return self._ordered[method].popleft()
        now = self._clock()
        struck = (plan for plan in self._plans if plan.strikes(method, channel, now, self._dice))
        found = next(struck, None)
        return found.misfortune if found else None

    def _plan(
        self,
        misfortune: Misfortune,
        share: float,
        *,
        method: str = "chat.postMessage",
        channel: str = "",
        lasting: float | None = None,
        times: int | None = None,
    ) -> None:
        until = None if lasting is None else self._clock() + lasting
        self._plans.append(Plan(misfortune, share, method, channel, until, times))
