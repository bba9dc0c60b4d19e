"""Figures and their units are written one way: the per cent sign close, in both languages."""

from __future__ import annotations

import pytest
from babel.numbers import format_percent

from collab.kernel.i18n import LOCALES
from collab.kernel.units import joined, per_cent


@pytest.mark.parametrize("locale", LOCALES)
def test_per_cent_is_written_as_cldr_has_it(locale: str) -> None:
    assert per_cent(60) == format_percent(0.6, locale=locale) == "60%"


@pytest.mark.parametrize(
    ("digits", "unit", "said"),
    [("78.4", "%", "78.4%"), ("12", "件", "12件"), ("10", "min", "10\N{NO-BREAK SPACE}min"), ("5", "", "5")],
)
def test_a_unit_stands_as_its_language_puts_it(digits: str, unit: str, said: str) -> None:
    assert joined(digits, unit) == said
