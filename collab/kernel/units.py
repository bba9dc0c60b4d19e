"""Figures and their units, written one way everywhere."""

from __future__ import annotations

import unicodedata


def joined(digits: object, unit: str) -> str:
    """Figures and their unit: the per cent sign follows at once in both languages, as CLDR writes it, and so do Japanese units;
    others stand after a space that does not break."""
    if not unit:
        return str(digits)
    close = unit == "%" or unicodedata.east_asian_width(unit[0]) in "WF"
    return f"{digits}{unit}" if close else f"{digits}\N{NO-BREAK SPACE}{unit}"


def per_cent(digits: object) -> str:
    """Of a hundred: "60%"."""
    return joined(digits, "%")
