"""Where a goal will end if it goes on as so far: a score between 0.0 and 1.0, as objectives are graded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from collab.goals.rules.progress import NONE, shown

LOW, FAIR, GOOD = "low", "fair", "good"
BANDS = ((Decimal("0.7"), GOOD), (Decimal("0.4"), FAIR), (Decimal(0), LOW))
"""0.7 to 1.0, 0.4 to 0.6, 0.0 to 0.3: from which score each begins."""


def score(progress: Fraction | None, expected: Fraction | None) -> Decimal | None:
    """Progress carried on to the due date at the pace so far, as a share of the whole, rounded half up to one decimal.

    `expected` is the per cent of days that have passed. None as long as nothing was measured, on the first day, and for a goal
    without days of its own: it has no pace.
    """
    if progress is None or expected is None or expected == NONE:
        return None
    return shown(min(max(progress / expected, Fraction(0)), Fraction(1)))


def band(scored: Decimal | None) -> str | None:
    """In which of the three bands a score lies."""
    return None if scored is None else next(name for least, name in BANDS if scored >= least)
