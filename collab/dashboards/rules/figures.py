"""A figure: how many there are, and which ones, so that it can always be opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

GOALS, TASKS, PURCHASES = "/goals", "/tasks", "/purchases"
"""The lists whose rows figures count."""


@dataclass(frozen=True)
class Figure:
    """What one figure counted: `code` is its kind, `of` which one of them, `keys` the rows in order, `page` the list that shows
    exactly these. `name_ja` is what `of` is called in Japanese, where it is a name; `name_en` in English, where `of` is a code.
    """

    code: str
    of: str
    keys: tuple[str, ...]
    page: str
    name_ja: str = ""
    name_en: str = ""

    @property
    def n(self) -> int:
        """How many."""
        return len(self.keys)

    @property
    def href(self) -> str:
        """Where its rows are; empty where there are none."""
        return f"{self.page}?{urlencode({'figure': self.code, 'of': self.of})}" if self.keys else ""


def figure(code: str, of: str, keys: Iterable[str], page: str, name_ja: str = "", name_en: str = "") -> Figure:
    """A figure of these rows, each counted once."""
    return Figure(code, of, tuple(dict.fromkeys(keys)), page, name_ja, name_en)


def share(part: int, whole: int) -> int | None:
    """Per cent, rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
