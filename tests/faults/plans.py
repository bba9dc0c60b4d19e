"""What is to be said in a fault test, and the number by which each message is known again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_NUMBER = re.compile(r"\bn(\d{5})\b")


@dataclass(frozen=True)
class Plan:
    """So many news to these channels, and these questions (a request's key and who is asked), within these seconds."""

    name: str
    subject: str
    news: int
    channels: Sequence[str]
    seconds: float
    questions: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def size(self) -> int:
        """How many messages that is."""
        return self.news + len(self.questions)


def number_of(number: int) -> str:
    """As it stands in the words of a message."""
    return f"n{number:05d}"


def numbers_in(text: str) -> list[str]:
    """The numbers in the words of a message."""
    return [f"n{found}" for found in _NUMBER.findall(text)]
