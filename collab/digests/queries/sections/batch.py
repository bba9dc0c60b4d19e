"""The members an issue is put together for at once, and what every section needs to know of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from collab.digests.rules.content import Item, Section, Span
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.subjects.queries import wishes_among
from collab.subjects.readers import Readers, Wishes

AHEAD = timedelta(days=7)
"""How far an issue looks ahead."""


@dataclass(frozen=True)
class Batch:
    """So many members, the week they read about, and now."""

    members: Sequence[Actor]
    span: Span
    now: datetime
    _readers: dict[str, Readers] = field(default_factory=dict)

    @cached_property
    def wishes(self) -> Wishes:
        """What they follow and mute."""
        return wishes_among(one.id for one in self.members)

    def readers(self, prefix: str) -> Readers:
        """They as readers of one kind of subject."""
        if prefix not in self._readers:
            self._readers[prefix] = Readers(self.members, self.wishes.get(prefix, ()))
        return self._readers[prefix]

    @property
    def until(self) -> datetime:
        """Until when what is due is named."""
        return self.now + AHEAD

    @cached_property
    def until_on(self) -> date:
        """The same as a day of the company's."""
        return self.until.astimezone(ZoneInfo(company().zone)).date()


Names = Mapping[int, Any]
"""Members by id, to be named."""
Units = Mapping[str, Any]
"""Departments by code, to be named."""


@dataclass(frozen=True)
class Said:
    """Who is spoken of: names of members and departments, as an issue keeps them."""

    names: Names
    units: Units

    def name(self, member: int | None, department: str | None = None) -> dict[str, Any] | None:
        """A member, else a department."""
        found = self.names.get(member or 0) or self.units.get(department or "")
        return {"name": [found.name_en, found.name_ja]} if found else None


@dataclass(frozen=True)
class Part:
    """One section: `read` gives rows with `member` and `total` (how many there are in all for that member), the weightiest
    first; `people` are those a row speaks of; `item` makes an item of it."""

    code: str
    read: Callable[[Batch], Sequence[Any]]
    people: Callable[[Any], Iterable[int | None]]
    item: Callable[[Any, Said], Item]

    def sections(self, rows: Sequence[Any], said: Said) -> Iterator[tuple[int, Section]]:
        """The section of each member who has something to read in it."""
        of: dict[int, list[Any]] = {}
        for row in rows:
            of.setdefault(row.member, []).append(row)
        for member, mine in of.items():
            yield member, Section.of(self.code, [self.item(row, said) for row in mine], mine[0].total)


def text(key: str, **args: Any) -> dict[str, Any]:
    """Words inside the words of an item, as an issue keeps them."""
    return {"text": [key, args]}


def at(moment: datetime) -> dict[str, str]:
    """A moment, as an issue keeps it."""
    return {"at": moment.isoformat()}


def on(day: date) -> dict[str, str]:
    """A day, as an issue keeps it."""
    return {"on": day.isoformat()}
