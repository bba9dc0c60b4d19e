"""A piece of a text around the words somebody searched for, so that they see why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collab.kernel.text import spelled

AROUND = 36
"""Signs before the first hit."""
LONGEST = 140
MORE = "…"


@dataclass(frozen=True)
class Piece:
    """A part of the text; `hit`: it is one of the words."""

    text: str
    hit: bool = False


def snippet(text: str, wanted: Sequence[str]) -> list[Piece]:
    """The text around the first hit, every hit in it apart. `wanted` are words as `kernel.text.folded` writes them."""
    plain, places = spelled(text)
    spans = _spans(plain, wanted)
    first = places[spans[0][0]] if spans else 0
    begin = max(0, first - AROUND)
    end = min(len(text), begin + LONGEST)
    pieces = [Piece(MORE)] if begin else []
    at = begin
    for start, stop in spans:
        here, there = places[start], places[stop] if stop < len(places) else len(text)
        if here < at or there > end:
            continue
        pieces += [Piece(text[at:here])] if here > at else []
        pieces.append(Piece(text[here:there], hit=True))
        at = there
    return [*pieces, *([Piece(text[at:end])] if end > at else []), *([Piece(MORE)] if end < len(text) else [])]


def _spans(plain: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order; of two that overlap the first."""
    found = []
    for word in wanted:
        at = plain.find(word)
        while at >= 0:
            found.append((at, at + len(word)))
            at = plain.find(word, at + len(word))
    kept: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, stop))
    return kept
