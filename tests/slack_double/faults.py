"""Misfortunes ordered beforehand: the next call of a method is answered as the test says."""

import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Misfortune:
    """One ordered answer.

    A dict is sent as JSON, a string as it stands (half an answer, HTML), a number as that HTTP status, and an
    exception becomes what it looks like from outside: `TimeoutError` is silence, `ConnectionResetError` a reset, any
    other a connection closed without a word. With `done_first` the call takes effect before it goes wrong, which is
    the case an outbox must survive.
    """

    answer: dict[str, object] | str | int | Exception
    headers: Mapping[str, str] = field(default_factory=dict)
    done_first: bool = False

    def as_http(self) -> tuple[int, bytes]:
        """Status and body, for all but exceptions."""
        if isinstance(self.answer, int):
            body = {"ok": False, "error": "ratelimited"} if self.answer == 429 else {}
            return self.answer, json.dumps(body).encode() if body else b""
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return 200, text.encode()


class Misfortunes:
    """Those still to come, for each method in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Misfortune]] = defaultdict(deque)

    def add(self, method: str, misfortune: Misfortune) -> None:
        """Orders one."""
        self._waiting[method].append(misfortune)

    def take(self, method: str) -> Misfortune | None:
        """The next one for a method, when there is one."""
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else None
