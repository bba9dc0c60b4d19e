"""What is drawn with letters: how far a goal is, and how much room words take on a phone."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

FULL, EMPTY, WIDTH = "▓", "░", 10
WIDEST = 2
"""Columns of the widest sign."""
UP, DOWN, LEVEL = "↑", "↓", "→"
_WIDE = "WF"
_MORE = "…"


def bar(percent: float) -> str:
    """Ten cells; progress past either end fills or empties them all."""
    full = min(max(round(percent * WIDTH / 100), 0), WIDTH)
    return FULL * full + EMPTY * (WIDTH - full)


def arrow(was: float, now: float) -> str:
    """Which way it went."""
    return UP if now > was else DOWN if now < was else LEVEL


def drawn(was: float, now: float) -> str:
    """Which way something went and how far it is, both in percent."""
    return f"{arrow(was, now)} {bar(now)}"


def width(text: str) -> int:
    """Columns: a Japanese sign takes two, one that clings to another none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut_wide(text: str, most: int) -> str:
    """One line of at most so many columns, the end marked."""
    text = " ".join(text.split())
    if WIDEST * len(text) <= most or width(text) <= most:
        return text
    room, kept = most - 1, []
    for sign in text:
        room -= _columns(sign)
        if room < 0:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + _MORE


@lru_cache(maxsize=4096)
def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return WIDEST if unicodedata.east_asian_width(sign) in _WIDE else 1
