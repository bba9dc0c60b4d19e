"""Progress as a line of text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from collab.goals.messages.bars import CELLS, DONE, TO_DO, bar, figure, said
from collab.kernel.i18n import Reader

EN, JA = Reader("en"), Reader("ja")


@pytest.mark.parametrize(
    ("per_cent", "filled"),
    [(None, 0), (-100, 0), (0, 0), (Fraction(1, 3), 1), (42, 3), (50, 4), (99, 7), (Fraction(2999, 30), 7), (100, 8), (200, 8)],
)  # fmt: skip
def test_it_is_full_only_when_it_is_done_and_empty_only_when_nothing_is(per_cent: Fraction, filled: int) -> None:
    assert bar(per_cent) == DONE * filled + TO_DO * (CELLS - filled)


def test_every_bar_is_as_long_as_the_next() -> None:
    assert {len(bar(Fraction(n, 3))) for n in range(-30, 330)} == {CELLS}


def test_the_figure_is_rounded_and_may_pass_both_ends() -> None:
    assert said(Fraction(85, 2), EN) == "▓▓▓░░░░░ 43%"
    assert said(Fraction(-5), JA) == "░░░░░░░░ -5%"
    assert said(Fraction(140), JA) == "▓▓▓▓▓▓▓▓ 140%"
    assert said(None, EN).endswith("not measured yet")


def test_a_value_has_its_thousands_apart_and_no_idle_zeros() -> None:
    assert [figure(Decimal(one)) for one in ("46.0", "1200", "-3.50", "1234567.890", "1E+3")] == [
        "46", "1,200", "-3.5", "1,234,567.89", "1,000",
    ]  # fmt: skip
