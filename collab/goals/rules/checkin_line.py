"""A figure as people type it: `4.2`, `１２０／１５０`, `1,200`, `92%`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+"
_VALUE = re.compile(rf"\s*({_NUMBER})\s*(\S{{0,12}})\s*")
_RATIO = re.compile(rf"\s*({_NUMBER})\s*/\s*({_NUMBER})\s*")
_DASHES = str.maketrans({"−": "-", "‐": "-", "–": "-", "⁄": "/"})


def narrow(text: str) -> str:
    """Full-width digits and signs as ASCII."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def read_figure(text: str, *, ratio: bool, unit: str = "") -> Mapping[str, str] | None:
    """`{value}` or, for a ratio, `{numerator, denominator}` as decimal strings; None where it is no such figure.

    Any width is read, thousands commas are left out, and a per cent sign or the metric's own unit may follow.
    """
    said = narrow(text)
    if ratio:
        found = _RATIO.fullmatch(said)
        return {"numerator": _plain(found[1]), "denominator": _plain(found[2])} if found else None
    found = _VALUE.fullmatch(said)
    if found is None or found[2] not in ("", "%", narrow(unit)):
        return None
    return {"value": _plain(found[1])}


def _plain(number: str) -> str:
    return number.replace(",", "").removeprefix("+")


NO_CHANGE = frozenset({"nochange", "same", "=", "変更なし", "変わらず", "変化なし", "同じ"})
_PER_CENT = re.compile(r"(\d{1,3})%")


@dataclass(frozen=True)
class Line:
    """A typed check-in: the figure, the confidence in per cent, the note. `unread` is a first word that begins like a figure and
    is none."""

    figure: Mapping[str, str] = field(default_factory=dict)
    confidence: int | None = None
    note: str = ""
    no_change: bool = False
    unread: str = ""


def read_line(text: str, *, ratio: bool = False, unit: str = "", measured: bool = True) -> Line:
    """`VALUE [confidence%] [note]` as typed; `measured` says that the metric takes a value at all.

    A per cent alone is a confidence, unless the metric itself counts in per cent: there it is the value, which comes first.
    """
    if narrow(text).casefold().replace(" ", "").replace("-", "") in NO_CHANGE:
        return Line(no_change=True)
    words = text.split()
    figure: Mapping[str, str] = {}
    if measured and words and _is_value(words, ratio=ratio, unit=unit):
        figure = read_figure(words[0], ratio=ratio, unit=unit) or {}
        if not figure:
            return Line(unread=words[0])
        words = words[1:]
    given = _PER_CENT.fullmatch(narrow(words[0])) if words else None
    note = _after(text, len(text.split()) - len(words) + bool(given))
    return Line(figure, int(given[1]) if given else None, note)


def _is_value(words: list[str], *, ratio: bool, unit: str) -> bool:
    """Whether the first word is meant as the value: it begins like a number, and is not the confidence."""
    first, second = narrow(words[0]), narrow(words[1]) if words[1:] else ""
    if not re.match(r"[-+.]?\d", first):
        return False
    alone = bool(_PER_CENT.fullmatch(first)) and not _PER_CENT.fullmatch(second)
    return not alone or (not ratio and narrow(unit) == "%")


def _after(text: str, words: int) -> str:
    """The text without its first words, as it was written."""
    rest = text.split(maxsplit=words)[words:]
    return rest[0].strip() if rest else ""
