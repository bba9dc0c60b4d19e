"""Text from outside: one normal form for comparing, one test for storing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def storable(text: str) -> bool:
    """False for control characters, lone surrogates and what Unicode says is no character: refused or mangled on the way."""
    return _UNSTORABLE.search(text) is None


def normal(text: str) -> str:
    """For comparing and searching: NFKC (full width becomes half), case folded, white space single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded(text: str) -> str:
    """For searching: `normal`, and katakana as hiragana, so that ひかり finds ヒカリ and ﾋｶﾘ."""
    return normal(text).translate(_KANA)


_KANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def spelled(text: str) -> tuple[str, list[int]]:
    """A text as `folded` writes it, and of each of its signs where in the original it begins."""
    written: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and text[end] in _JOINED:
            end += 1
        part = "".join(unicodedata.normalize("NFKC", text[at:end]).casefold().split()) or " "
        part = part.translate(_KANA)
        if part != " " or not written or written[-1] != " ":
            written += part
            places += [at] * len(part)
        at = end
    return "".join(written), places


_JOINED = frozenset("ﾞﾟ\u3099\u309a")
"""Marks that belong to the sign before them."""


def bigrams(text: str) -> frozenset[str]:
    """Every pair of neighbouring characters of each word, so that two-character words (予算, 稟議) are found.

    A word of one character stands for itself.
    """
    return frozenset(gram for word in normal(text).split() for gram in _pairs(word))


def _pairs(word: str) -> Iterable[str]:
    return [word] if len(word) == 1 else map("".join, pairwise(word))
