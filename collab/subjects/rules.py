"""How a wish about everything of a kind is written: with `*` for the number, `G-*`."""

from __future__ import annotations

WHOLE = "*"


def all_of(key: str) -> str:
    """The key that stands for everything of a thing's kind: `G-*` of `G-3`."""
    return f"{key.partition('-')[0]}-{WHOLE}"


def is_whole_kind(key: str) -> bool:
    """Whether a key stands for a whole kind."""
    prefix, _, number = key.partition("-")
    return bool(prefix) and number == WHOLE
