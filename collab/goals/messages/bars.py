"""Progress as a line of text, where no picture can be drawn."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from collab.goals.rules.progress import shown
from collab.kernel.i18n import Reader

DONE, TO_DO = "▓", "░"
CELLS = 8


def bar(per_cent: Fraction | Decimal | None, *, cells: int = CELLS) -> str:
    """`▓▓▓░░░░░` for 42 per cent: as many signs whatever the figure, so that bars stand under each other in any type.

    It is full only from 100 on, and empty only up to 0: nobody reads "done" at 99.6, nor "nothing" at 0.4.
    """
    if per_cent is None or per_cent <= 0:
        return TO_DO * cells
    if per_cent >= 100:
        return DONE * cells
    filled = int(Fraction(per_cent) * cells / 100 + Fraction(1, 2))
    filled = min(max(filled, 1), cells - 1)
    return DONE * filled + TO_DO * (cells - filled)


def said(per_cent: Fraction | Decimal | None, reader: Reader, *, cells: int = CELLS) -> str:
    """The bar and its figure, whole per cent: "▓▓▓░░░░░ 42%"; where nothing was measured it says so."""
    if per_cent is None:
        return f"{bar(None, cells=cells)} {reader.say('goal.slack.unmeasured')}"
    figure = f"{shown(per_cent, 0):f}"
    return f"{bar(per_cent, cells=cells)} {reader.say('goal.slack.per_cent', n=figure)}"


def figure(exact: Decimal) -> str:
    """A value as people write it: thousands apart, no idle zeros."""
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
