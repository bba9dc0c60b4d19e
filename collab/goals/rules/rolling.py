"""How children make up their parent: shares of progress, and sums over sums for ratios (docs/goals.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from collab.goals.rules.periods import first_day
from collab.goals.rules.progress import NONE, WHOLE

ALL = 100
"""A child's shares among its parents never pass this: nothing counts twice."""


@dataclass(frozen=True)
class Part:
    """A contributing child: its share in per cent, and its progress (None: not measured yet)."""

    key: str
    share: int
    progress: Fraction | None

    @property
    def counted(self) -> Fraction | None:
        """Its progress as the parent takes it, between 0 and 100: an eager child hides no idle one."""
        return None if self.progress is None else min(max(self.progress, NONE), WHOLE)


def mean(parts: Iterable[Part]) -> Fraction | None:
    """The parent's progress: the children's, weighted by share; those not measured yet are left out. None if all are."""
    measured = [(part.share, counted) for part in parts if (counted := part.counted) is not None]
    weight = sum(share for share, _ in measured)
    return sum((share * counted for share, counted in measured), NONE) / weight if weight else None


@dataclass(frozen=True)
class Share:
    """What a child measured in a period, and how much of it belongs to this parent."""

    share: int
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Sum:
    """A parent's figure of a period, and from how many children it comes."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: int = 0


def sum_over_sum(shares: Iterable[Share]) -> Sum:
    """A ratio of all: the sum of numerators over the sum of denominators, never the mean of ratios. Exact."""
    known = [one for one in shares if one.numerator is not None and one.denominator is not None]
    numerator = sum((_of(one.numerator, one.share) for one in known), Fraction(0))
    denominator = sum((_of(one.denominator, one.share) for one in known), Fraction(0))
    return Sum(None, _decimal(numerator), _decimal(denominator), len(known)) if known else Sum()


def sum_of_values(shares: Iterable[Share]) -> Sum:
    """A count of all: the values added up. Exact."""
    known = [one for one in shares if one.value is not None]
    total = sum((_of(one.value, one.share) for one in known), Fraction(0))
    return Sum(_decimal(total), parts=len(known)) if known else Sum()


@dataclass(frozen=True)
class Measured:
    """What counts of a day: of several sources the one recorded last."""

    on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Child:
    """A contributing child as its parent gathers from it: its share, the period one figure of its own stands for, and what
    was measured."""

    share: int
    period: str
    measured: Iterable[Measured]


def gathered(children: Iterable[Child], *, period: str, is_ratio: bool, starts_month: int = 4) -> Mapping[date, Sum]:
    """A parent's figure of each of its periods in which any child measured, by the period's first day.

    Within a period of its own a child's last figure stands (measured again in the same month, it is the month's); several
    of its periods within one of the parent's (weeks within a month) add up. Independent of the order of children.
    """
    shares: dict[date, list[Share]] = {}
    for child in children:
        for first, own in _by_period(child, period, starts_month).items():
            shares.setdefault(first, []).append(_added(child.share, own, is_ratio=is_ratio))
    add = sum_over_sum if is_ratio else sum_of_values
    sums = {first: add(of_period) for first, of_period in shares.items()}
    return {first: whole for first, whole in sums.items() if whole.parts}


def _by_period(child: Child, period: str, starts_month: int) -> dict[date, list[Measured]]:
    last: dict[tuple[date, date], Measured] = {}
    for one in sorted(child.measured, key=lambda one: one.on):
        last[first_day(one.on, period, starts_month), first_day(one.on, child.period, starts_month)] = one
    found: dict[date, list[Measured]] = {}
    for (first, _own), one in last.items():
        found.setdefault(first, []).append(one)
    return found


def _added(share: int, figures: Iterable[Measured], *, is_ratio: bool) -> Share:
    """One child's figure of a parent's period."""
    whole = [Share(ALL, one.value, one.numerator, one.denominator) for one in figures]
    added = sum_over_sum(whole) if is_ratio else sum_of_values(whole)
    return Share(share, added.value, added.numerator, added.denominator)


def _of(figure: Decimal | None, share: int) -> Fraction:
    return Fraction(figure or 0) * share / ALL


def _decimal(exact: Fraction) -> Decimal:
    """A fraction whose denominator is a power of ten times at most a hundredth: exactly a decimal, however long."""
    places = 0
    while exact.denominator != 1 and (exact * 10**places).denominator != 1:
        places += 1
    digits = (exact * 10**places).numerator
    sign, figures = (1 if digits < 0 else 0), tuple(map(int, str(abs(digits))))
    return Decimal((sign, figures, -places))
