"""What differs between two versions of a blueprint. Contents are as they are frozen: lists of items with an `id` each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("points", "requirements", "sources", "definitions")
TITLES = {"points": "process", "requirements": "title", "sources": "name", "definitions": "term"}
ADDED, CHANGED, REMOVED = "added", "changed", "removed"

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One item that differs. `fields` are (name, before, after), of one that changed; `item` is as it is now, or was."""

    what: str
    kind: str
    id: int
    title: str
    item: Mapping[str, Any]
    fields: tuple[tuple[str, Any, Any], ...] = ()


def changes(before: Content, after: Content) -> list[Change]:
    """What was added, changed and removed, kind by kind, in the order of the items."""
    return [change for kind in KINDS for change in _of_kind(kind, before.get(kind, ()), after.get(kind, ()))]


def _of_kind(kind: str, before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> Iterable[Change]:
    old, new = {one["id"]: one for one in before}, {one["id"]: one for one in after}
    for number in sorted({*old, *new}):
        item = new.get(number) or old[number]
        title = str(item.get(TITLES[kind], ""))
        if number not in old or number not in new:
            yield Change(ADDED if number in new else REMOVED, kind, number, title, item)
        elif fields := _fields(old[number], new[number]):
            yield Change(CHANGED, kind, number, title, item, fields)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    names = [*after, *(name for name in before if name not in after)]
    return tuple((name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name))
