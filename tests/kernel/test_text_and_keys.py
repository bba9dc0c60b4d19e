"""Text from outside, and the keys people say aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.kernel.errors import NotFound
from collab.kernel.keys import LARGEST_NUMBER, as_typed, key_of, number_of, numbers_of
from collab.kernel.text import bigrams, normal, storable


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "bell\x07", "\x7f"])
def test_what_no_database_keeps_is_refused(text: str) -> None:
    assert not storable(text)


@pytest.mark.parametrize("text", ["🎉", "مرحبا", "改行\nあり\tタブ", "e\u0301", "𠮷野家", ""])
def test_what_people_write_is_kept(text: str) -> None:
    assert storable(text)


def test_widths_cases_and_blanks_compare_equal() -> None:
    assert normal("  ＨＩＫＡＲＩ　ｋｋ ") == normal("Hikari KK")
    assert normal("ﾋｶﾘ") == normal("ヒカリ")


@pytest.mark.parametrize("word", ["予算", "稟議", "CX", "あ"])
def test_short_words_are_found_by_their_pairs(word: str) -> None:
    assert bigrams(word) <= bigrams(f"来期の予算と稟議 CX改善 あ {word}")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("PR-12", "PR-12"), ("pr-12", "PR-12"), ("ＰＲ－１２", "PR-12"), ("PR ー 12", "PR-12"), ("PR–12", "PR-12"), ("g-1", "G-1"),
        ("PR-012", None), ("PR-0", None), ("PR12", None), ("12", None), ("PR-", None), ("PR-1 2", None), ("", None), ("PR-1e5", None),
    ],
)  # fmt: skip
def test_a_key_is_understood_however_it_is_typed(typed: str, key: str | None) -> None:
    assert as_typed(typed) == key


@pytest.mark.parametrize(
    "key", ["G-1", "PR-01", "PR-99999999999999999999", "PR-2147483648", "PR-", "pr-1", "PR-1\n", "PR-١"]
)
def test_what_is_no_key_of_this_kind_is_not_found(key: str) -> None:
    with pytest.raises(NotFound):
        number_of("PR", key)


@given(st.integers(1, LARGEST_NUMBER))
def test_a_number_survives_its_key(number: int) -> None:
    assert number_of("PR", key_of("PR", number)) == number


def test_of_many_keys_those_of_one_kind_have_numbers() -> None:
    assert numbers_of("G", ["G-3", "PR-3", "G-0", "g-4", "G-x", "G-3000000000", "G-12", ""]) == [3, 12]
