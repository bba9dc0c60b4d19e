"""What a section of a review is made of: figures, links, states, and values as they are written in a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.kernel import units

FIRST = 3
"""How many rows stand at once on the page; the others are folded. Paper shows all."""
PATHS = {"G": "goals", "PR": "purchases", "I": "initiatives", "T": "tasks", "AP": "pulses"}


@dataclass(frozen=True)
class Link:
    """A cell that leads to what it names."""

    text: str
    href: str
    key: str


@dataclass(frozen=True)
class Chip:
    """A cell that says a state: its code of the components, and the words."""

    code: str
    text: str


@dataclass(frozen=True)
class Stat:
    """One figure, what it counts, and by how much it differs from the review before (empty: nothing to compare)."""

    n: str
    label: str
    change: str = ""


@dataclass(frozen=True)
class Section:
    """One part: figures, what a bar divides, a table; `hidden` rows are left out because the reader may not see them;
    `first` is how many rows a page shows unfolded."""

    code: str
    title: str
    stats: Sequence[Stat] = ()
    parts: Sequence[Mapping[str, Any]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    note: str = ""
    hidden: int = 0
    numbers: frozenset[int] = frozenset()
    first: int = FIRST

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.rows and not self.stats and not self.hidden


def link_to(row: Mapping[str, Any]) -> Link:
    """To what a row is about."""
    key = str(row["key"])
    return Link(row["title"], f"/{PATHS[key.partition('-')[0]]}/{key}", key)


def percent(value: int | None) -> str:
    """Of a hundred; empty where nothing is known."""
    return "" if value is None else units.per_cent(value)


def points(value: int | None) -> str:
    """A difference with its sign; empty where nothing is known."""
    return "" if value is None else f"{value:+d}"


def with_unit(value: str | None, row: Mapping[str, Any]) -> str:
    """A value in the unit of its row; empty where nothing is known."""
    return "" if value is None else units.joined(value, row["unit"] or "")
