"""Amounts: read exactly or refused, never rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.kernel.money import LARGEST, BadAmount, Money, digits


@pytest.mark.parametrize(
    ("written", "currency", "reason"),
    [
        ("0", "JPY", "not_positive"), ("-1", "JPY", "not_a_number"), ("0.00", "USD", "not_positive"), ("1.5", "JPY", "too_fine"),
        ("1.005", "USD", "too_fine"), ("1e30", "JPY", "not_a_number"), ("1" + "0" * 30, "JPY", "too_large"), ("NaN", "JPY", "not_a_number"),
        ("Infinity", "USD", "not_a_number"), ("", "JPY", "not_a_number"), ("1,000", "JPY", "not_a_number"), ("١٢", "JPY", "not_a_number"),
        ("1 000", "JPY", "not_a_number"), ("100", "XXY", "unknown_currency"), ("100", "yen", "unknown_currency"), ("100", "", "unknown_currency"),
        ("9" * 16, "JPY", "too_large"), ("1.", "USD", "not_a_number"), (".5", "USD", "not_a_number"), ("100\n", "JPY", "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_reason(written: str, currency: str, reason: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        Money.parse(written, currency)
    assert refusal.value.reason == reason


@given(st.integers(1, LARGEST), st.sampled_from(["JPY", "USD", "EUR", "KWD"]))
def test_what_is_written_is_read_back_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(str(money), currency) == money


@pytest.mark.parametrize(
    ("written", "currency", "minor"), [("1200.50", "USD", 120050), ("980000", "JPY", 980000), ("1.234", "KWD", 1234)]
)
def test_minor_units_follow_the_currency(written: str, currency: str, minor: int) -> None:
    assert Money.parse(written, currency).minor == minor


def test_the_longest_term_of_the_largest_amount_still_fits_a_database() -> None:
    assert Money(LARGEST, "JPY").times(120).minor < 2**63


@pytest.mark.parametrize(("locale", "said"), [("en", "¥980,000"), ("ja", "￥980,000")])
def test_an_amount_is_said_as_readers_write_it(locale: str, said: str) -> None:
    assert Money(980000, "JPY").said(locale) in {said, "¥980,000", "￥980,000"}


def test_an_unknown_currency_has_no_digits() -> None:
    with pytest.raises(BadAmount):
        digits("ABC")
