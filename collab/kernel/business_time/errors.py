"""What can go wrong with business time. Every error is a `ValueError` whose text can be shown to a person."""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One mistake in a calendar file: where it stands (`hours.mon[1]`) and what is wrong with it."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class BusinessTimeError(ValueError):
    """The family: an edge translates this one class."""


class BadCalendar(BusinessTimeError):
    """The calendar data is not usable; `problems` lists every mistake found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class BadSpan(BusinessTimeError):
    """The text is not a span such as `8bh` or `2bd`."""


class NaiveMoment(BusinessTimeError):
    """A moment came without a zone, so it names no instant."""


class NeverOpens(BusinessTimeError):
    """The calendar has not enough open time within the search horizon."""


class OutOfReach(BusinessTimeError):
    """A day, a moment or a distance lies outside what a calendar answers for."""
