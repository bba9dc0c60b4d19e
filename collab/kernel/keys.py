"""Keys people say aloud: `PR-12` is purchase 12. The number is the row's id, so nothing is stored twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from collab.kernel.errors import NotFound
from collab.kernel.text import normal

LARGEST_NUMBER = 2**31 - 1
"""As far as the databases count rows (PostgreSQL refuses to look for more)."""
_KEY = re.compile(r"([A-Z]{1,3})-([1-9][0-9]{0,17})")


def key_of(prefix: str, number: int) -> str:
    """`PR-12` for purchase 12."""
    return f"{prefix}-{number}"


def number_of(prefix: str, key: str) -> int:
    """12 for `PR-12`. Raises NotFound for anything that is not a key of this prefix."""
    match = _KEY.fullmatch(key)
    if match is None or match[1] != prefix or int(match[2]) > LARGEST_NUMBER:
        raise NotFound
    return int(match[2])


def numbers_of(prefix: str, keys: Iterable[str]) -> list[int]:
    """The numbers of those keys that are of this prefix; whatever else stands among them is left out."""
    matches = (_KEY.fullmatch(key) for key in keys)
    return [int(match[2]) for match in matches if match and match[1] == prefix and int(match[2]) <= LARGEST_NUMBER]


def as_typed(text: str) -> str | None:
    """The key a person typed, in any width or case (`ＰＲ－１２`, `pr-12`); None if it is not one."""
    tidy = re.sub(r"\s*[-‐‑‒–—―ー−]\s*", "-", normal(text)).upper()
    return tidy if _KEY.fullmatch(tidy) else None
