"""The four questions two sides ask each other every quarter, and when their answers differ. The words are in the catalogue
(`blueprint.question.N`), neutral as to which two sides they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

QUESTIONS = (1, 2, 3, 4)
"""How the core processes evolve with the customer's journey; whether the platforms for reaching customers are what they should be;
what each side requires of the other's technology and may count on; whether better analytics need something new, and by which
shared criteria."""
RATINGS = (1, 2, 3, 4, 5)
"""How far along both are: 1 not at all, 5 fully."""
APART = 2
"""From this gap on two ratings differ whatever the words say."""
SIDES = (1, 2)
LONGEST = 4000


@dataclass(frozen=True)
class Point:
    """One quarter of the trend of a question: what either side rated."""

    quarter: str
    ratings: Mapping[int, int]

    @property
    def gap(self) -> int:
        """How many points the ratings are apart."""
        return gap(self.ratings)


def gap(ratings: Mapping[int, int]) -> int:
    """How many points (0 to 4) two sides are apart; nothing while one of them has not answered."""
    return abs(ratings[1] - ratings[2]) if set(SIDES) <= set(ratings) else 0


def differs(ratings: Mapping[int, int]) -> bool:
    """Whether two ratings alone say that the sides see it differently."""
    return gap(ratings) >= APART


def rated(ratings: Mapping[int, int]) -> str:
    """Both ratings, `4 : 2`: what is kept of a difference nobody put into words."""
    return f"{ratings[1]} : {ratings[2]}"


def across(side: int) -> int:
    """The side across."""
    return 3 - side
