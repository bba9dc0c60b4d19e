"""Fiscal years, halves and quarters: `FY2026` begins in April 2026 where years begin in April."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from collab.kernel.errors import Text

_CODE = re.compile(r"FY([0-9]{4})(?:-(H[12]|Q[1-4]))?")
_MONTHS = {"": 12, "H": 6, "Q": 3}
_YEAR = 12


def days_of(code: str, starts_month: int = 4) -> tuple[date, date]:
    """First and last day of a period such as `FY2026`, `FY2026-H2` or `FY2026-Q3`; full-width and small letters are read.

    Raises ValueError for anything else.
    """
    found = _CODE.fullmatch(unicodedata.normalize("NFKC", code).strip().upper())
    if found is None:
        raise ValueError(code)
    part = found[2] or ""
    length = _MONTHS[part[:1]]
    begins = int(found[1]) * _YEAR + starts_month - 1 + (int(part[1:] or 1) - 1) * length
    return _first(begins), _first(begins + length) - timedelta(days=1)


def year_of(day: date, starts_month: int = 4) -> int:
    """The fiscal year a day lies in: the calendar year in which it began."""
    return day.year - (day.month < starts_month)


def current(day: date, part: str = "", starts_month: int = 4) -> str:
    """The code of the year, half (`H`) or quarter (`Q`) a day lies in."""
    year = year_of(day, starts_month)
    if not part:
        return f"FY{year}"
    months = (day.month - starts_month) % _YEAR
    return f"FY{year}-{part}{months // _MONTHS[part] + 1}"


def said(code: str) -> Text:
    """A period in words: 2026年度第3四半期. What is no code stands as it is."""
    found = _CODE.fullmatch(code)
    if found is None:
        return Text("goal.period.other", {"code": code})
    part = found[2] or "year"
    name, n = ("quarter", part[1:]) if part.startswith("Q") else (part.lower(), "")
    return Text(f"goal.period.{name}", {"year": found[1], "n": n} if n else {"year": found[1]})


def choices(day: date, starts_month: int = 4) -> list[str]:
    """What one may plan for, as a form offers it: this fiscal year and the next, their halves and quarters, none that is over."""
    years = (year_of(day, starts_month), year_of(day, starts_month) + 1)
    codes = [f"FY{year}{part}" for year in years for part in ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4")]
    return [code for code in codes if days_of(code, starts_month)[1] > day]


def _first(months: int) -> date:
    """The first day of a month counted from year 0. Raises ValueError beyond the calendar."""
    return date(months // _YEAR, months % _YEAR + 1, 1)
