"""Where two sides disagree most: differences of different kinds, weighed alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

LEAST = 20
"""What counts as a disagreement at all, in per cent of the most two sides could differ."""
PULSE = "pulse"
MOST_STEPS = {"goal": 100, "health": 2, "rating": 4, PULSE: 100}
"""How far two sides can be apart: confidence in points, health in steps, ratings on a scale of five, the pulse as a
gap index."""
_FIRST = tuple(MOST_STEPS)


@dataclass(frozen=True)
class Difference:
    """Two sides say different things of one matter: its kind (a key of MOST_STEPS), how far apart in that kind's own measure, and
    what it is about."""

    kind: str
    apart: float
    key: str
    about: object = field(default=None, compare=False)

    @property
    def weight(self) -> float:
        """How far apart they are, in per cent of the most they could be."""
        return 100 * self.apart / MOST_STEPS[self.kind]


def biggest(differences: Iterable[Difference]) -> Difference | None:
    """The one that weighs most; of equal weight a goal before how an initiative goes, before ratings. What people answered to a pulse
    is said only where no single matter divides the two. None where they say much the same."""
    large = [one for one in differences if one.weight >= LEAST]
    return min(large, key=lambda one: (one.kind == PULSE, -one.weight, _FIRST.index(one.kind), one.key), default=None)
