"""A figure as somebody hands it in: digits, a sign and a point, and nothing else; and whether a metric can have been that."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from collab.goals.rules.progress import ratio
from collab.goals.rules.types import CUSTOM, TYPES
from collab.kernel.errors import Text

WHOLE_DIGITS, PLACES = 24, 10
"""The longest figure anybody may hand in: digits before and after the point."""

CHILDREN = "children"
"""The source of figures gathered from children; nobody else may call theirs so."""

_PLAIN = re.compile(rf"[+-]?(?:[0-9]{{1,{WHOLE_DIGITS}}}(?:\.[0-9]{{0,{PLACES}}})?|\.[0-9]{{1,{PLACES}}})")


@dataclass(frozen=True)
class Figure:
    """What was measured: a value, or a numerator and what it is divided by."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    sample: int | None = None

    def amount(self, per: int = 1) -> Fraction | None:
        """The figure itself, a ratio multiplied by `per`."""
        if self.numerator is not None and self.denominator is not None:
            return ratio(self.numerator, self.denominator, per)
        return None if self.value is None else Fraction(self.value)

    def same(self, other: Figure) -> bool:
        """Whether it says the same (1.50 is 1.5)."""
        return (self.value, self.numerator, self.denominator, self.sample) == (
            other.value, other.numerator, other.denominator, other.sample,
        )  # fmt: skip


def read(written: Any) -> Decimal:
    """A figure as written: no exponents, no infinities, nothing longer than can be kept and shown. Raises ValueError."""
    text = format(written, "f") if isinstance(written, Decimal) and written.is_finite() else str(written).strip()
    if isinstance(written, bool | float) or not _PLAIN.fullmatch(text):
        raise ValueError(text[:40])
    return Decimal(text)


def figure_of(given: dict[str, Any], *, is_ratio: bool, type_: str, per: int) -> tuple[Figure, dict[str, Text]]:
    """What an entry says a metric was, and what is wrong with it, by field."""
    needed = ("numerator", "denominator") if is_ratio else ("value",)
    found = {
        name: Text("goal.figures.ratio_only" if is_ratio else "goal.figures.value_only")
        for name in ("value", "numerator", "denominator")
        if given.get(name) is not None and name not in needed
    }
    read_, problems = _numbers(given, needed)
    figure = Figure(**read_, sample=given.get("sample"))
    found |= problems
    if not found and figure.denominator is not None and figure.denominator <= 0:
        found["denominator"] = Text("goal.figures.divide_by_nothing")
    return figure, found or _outside(figure, type_, per, needed[0])


def _numbers(given: dict[str, Any], needed: Iterable[str]) -> tuple[dict[str, Decimal], dict[str, Text]]:
    found: dict[str, Decimal] = {}
    problems: dict[str, Text] = {}
    for name in needed:
        if given.get(name) is None:
            problems[name] = Text("field.required")
            continue
        try:
            found[name] = read(given[name])
        except ValueError:
            problems[name] = Text("goal.figures.not_a_figure", {"whole": WHOLE_DIGITS, "places": PLACES})
    return found, problems


def _outside(figure: Figure, type_: str, per: int, field: str) -> dict[str, Text]:
    """A figure there cannot be (an NPS of 120)."""
    kind, amount = TYPES.get(type_, CUSTOM), figure.amount(per)
    least, most = (None if end is None else Fraction(end) for end in (kind.least, kind.most))
    if amount is None or ((least is None or amount >= least) and (most is None or amount <= most)):
        return {}
    ends = {"least": kind.least, "most": kind.most}
    word = "goal.problem.outside_type" if kind.most is not None else "goal.problem.below_type"
    return {field: Text(word, {name: "" if end is None else f"{end:f}" for name, end in ends.items()})}


def late(on: date, due_on: date | None, today: date) -> bool:
    """Whether a figure of a goal's own days is handed in when its last day is over."""
    return due_on is not None and today > due_on and on <= due_on
