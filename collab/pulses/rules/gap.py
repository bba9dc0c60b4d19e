"""How far apart two groups are: the gap index, 0 (they answer alike) to 100 (one says 1 throughout, the other 5).

Of one question |mean a - mean b| / 4 x 100; of two groups the mean of that over all questions. Exact fractions throughout:
only `shown` rounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations

from collab.pulses.rules.hiding import Group

WIDEST = 4
"""The furthest two ratings of 1 to 5 can be apart."""
LOW = (1, 2)
"""Ratings that say no."""


def mean(group: Group, question: str) -> Fraction | None:
    """The mean rating; None where the group was not asked."""
    by = group.counts.get(question, {})
    n = sum(by.values())
    return Fraction(sum(rating * count for rating, count in by.items()), n) if n else None


def gap(one: Group, other: Group, question: str) -> Fraction | None:
    """The gap index of one question, 0 to 100."""
    means = mean(one, question), mean(other, question)
    return None if means[0] is None or means[1] is None else abs(means[0] - means[1]) * 100 / WIDEST


def together(groups: Sequence[Group], side: str = "") -> Group:
    """Several groups as one: a side, the company."""
    counts: dict[str, Counter[int]] = {}
    for group in groups:
        for question, by in group.counts.items():
            counts.setdefault(question, Counter()).update(by)
    return Group(side, "", {question: dict(by) for question, by in counts.items()})


@dataclass(frozen=True)
class Pair:
    """Two groups (departments, or sides: `of_sides`) by code, and how far apart they are: by question, and over all."""

    one: str
    other: str
    index: Fraction
    by_question: dict[str, Fraction] = field(default_factory=dict)
    means: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    of_sides: bool = False

    @property
    def widest(self) -> str:
        """The question they are furthest apart in; the first of several."""
        return max(self.by_question, key=lambda code: self.by_question[code])


def departments(groups: Sequence[Group], questions: Sequence[str]) -> list[Pair]:
    """Every pair of departments that are shown, the furthest apart first."""
    named = [(group.department, group) for group in sorted(groups, key=lambda one: one.department) if not group.pooled]
    return _pairs(named, questions)


def sides(groups: Sequence[Group], questions: Sequence[str]) -> list[Pair]:
    """Every pair of sides, the furthest apart first: each side is its shown groups together."""
    named = [(side, side_of(side, groups)) for side in sorted({one.side for one in groups})]
    return [replace(pair, of_sides=True) for pair in _pairs(named, questions)]


def side_of(side: str, groups: Sequence[Group]) -> Group:
    """A side, as far as it is shown."""
    return together([group for group in groups if group.side == side], side)


def company(groups: Sequence[Group], questions: Sequence[str]) -> Fraction | None:
    """The mean index of all pairs of departments that are shown; None with fewer than two."""
    found = [pair.index for pair in departments(groups, questions)]
    return sum(found, Fraction(0)) / len(found) if found else None


def low_share(group: Group, question: str) -> Fraction | None:
    """Per cent of a group's answers to a question that say no (1 or 2)."""
    by = group.counts.get(question, {})
    n = sum(by.values())
    return Fraction(sum(by.get(rating, 0) for rating in LOW) * 100, n) if n else None


def shown(value: Fraction, places: int = 1) -> str:
    """A figure as it is told: rounded half up."""
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return f"{whole // 10**places}.{whole % 10**places:0{places}d}" if places else str(whole)


def _pairs(named: Sequence[tuple[str, Group]], questions: Sequence[str]) -> list[Pair]:
    found = [_pair(*one, *other, questions) for one, other in combinations(named, 2)]
    return sorted((pair for pair in found if pair is not None), key=lambda pair: (-pair.index, pair.one, pair.other))


def _pair(one: str, first: Group, other: str, second: Group, questions: Sequence[str]) -> Pair | None:
    means = {
        code: (a, b)
        for code in questions
        if (a := mean(first, code)) is not None and (b := mean(second, code)) is not None
    }
    if not means:
        return None
    by_question = {code: abs(a - b) * 100 / WIDEST for code, (a, b) in means.items()}
    return Pair(one, other, sum(by_question.values(), Fraction(0)) / len(by_question), by_question, means)
