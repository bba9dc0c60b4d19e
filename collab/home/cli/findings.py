"""What a look-over finds."""

from __future__ import annotations

from dataclasses import dataclass

FINE, NOTE, PROBLEM = "fine", "note", "problem"
MARKS = {FINE: "ok     ", NOTE: "note   ", PROBLEM: "PROBLEM"}


@dataclass(frozen=True)
class Finding:
    """One line: fine, worth knowing, or to be mended."""

    level: str
    text: str


def fine(text: str) -> Finding:
    """It works."""
    return Finding(FINE, text)


def note(text: str) -> Finding:
    """It works, and may surprise."""
    return Finding(NOTE, text)


def problem(text: str) -> Finding:
    """It does not work until somebody mends it."""
    return Finding(PROBLEM, text)
