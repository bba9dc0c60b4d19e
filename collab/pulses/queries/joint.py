"""How far apart two sides were in the pulses that are closed: figures that are shown anyway, put beside each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from collab.pulses.queries.results import trend
from collab.pulses.rules.gap import Pair
from collab.pulses.rules.habits import Question
from collab.pulses.rules.results import Results


@dataclass(frozen=True)
class GapThen:
    """Two sides in one pulse: the gap index and that of each question, 0 (alike) to 100; `question` is the one they are furthest apart
    in, `ratings` their means of it in the order they were asked for."""

    key: str
    ended_at: datetime
    pair: Pair
    question: Question
    ratings: tuple[float, float]

    @property
    def widest(self) -> float:
        """The gap of that question."""
        return float(self.pair.by_question[self.question.code])


def list_gaps(one: Collection[str], other: Collection[str], *, whole_sides: tuple[str, str] | None) -> list[GapThen]:
    """The closed pulses in which both are shown, the oldest first. `whole_sides` are their codes where they are two whole sides; else
    single departments are compared, and anything between is not: nothing is computed that is not shown elsewhere. Three
    statements."""
    found = []
    for results in trend():
        pair = _pair(results, one, other, whole_sides)
        if pair is not None:
            found.append(_then(results, pair, _swapped(pair, one, whole_sides)))
    return found


def _pair(results: Results, one: Collection[str], other: Collection[str], sides: tuple[str, str] | None) -> Pair | None:
    if len(one) == len(other) == 1:
        return _among(results.pairs, {*one, *other})
    return _among(results.sides, set(sides)) if sides else None


def _among(pairs: Collection[Pair], wanted: set[str]) -> Pair | None:
    return next((pair for pair in pairs if {pair.one, pair.other} == wanted), None)


def _swapped(pair: Pair, one: Collection[str], sides: tuple[str, str] | None) -> bool:
    first = sides[0] if pair.of_sides and sides else next(iter(one))
    return pair.one != first


def _then(results: Results, pair: Pair, swapped: bool) -> GapThen:  # noqa: FBT001 - of this module alone
    question = next(one for one in results.questions if one.code == pair.widest)
    a, b = (float(mean) for mean in pair.means[question.code])
    return GapThen(results.key, results.ended_at, pair, question, (b, a) if swapped else (a, b))
