"""What can be taken out, filled at start-up by the features whose rows they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell

T = TypeVar("T")
Filters = Mapping[str, str]
Rows = Callable[[Actor, Filters, datetime, Reader], Iterator[Sequence[Cell]]]
"""Exactly what the viewer may see and the list of the same filters shows, cell by cell in the order of the columns."""
Lines = Callable[[Actor, Filters, datetime, Reader], Iterator[str]]
AT_ONCE = 500


@dataclass(frozen=True)
class Export:
    """One list as a file. `verb` is the permit of the list itself; column names are `export.column.<code>`; `filters` are the
    names it understands, as its page has them. What is `guarded` asks again who is there: it names everybody. `lines` writes it
    as lines of JSON too."""

    code: str
    verb: str
    columns: Sequence[str]
    rows: Rows
    filters: Sequence[str] = ()
    guarded: bool = False
    lines: Lines | None = None


class Registry:
    """Exports by code, in the order in which they are offered."""

    def __init__(self) -> None:
        self._exports: dict[str, Export] = {}

    def add(self, *exports: Export) -> None:
        """Make some known; again is harmless."""
        self._exports.update({export.code: export for export in exports})

    def get(self, code: str) -> Export:
        """The export of a code. Raises NotFound."""
        if code not in self._exports:
            raise NotFound
        return self._exports[code]

    def all(self) -> list[Export]:
        """All of them."""
        return list(self._exports.values())


registry = Registry()


def every(read: Callable[[int, int], Sequence[T]], at_once: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """All of a list that is read by offset and limit, some at a time."""
    offset = 0
    while some := read(offset, at_once):
        yield some
        if len(some) < at_once:
            return
        offset += at_once
