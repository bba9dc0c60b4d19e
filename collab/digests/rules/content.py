"""What an issue holds, as it is kept: sections of items. Words come late, in the reader's language; nothing here is said yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from collab.kernel.errors import Text
from collab.kernel.money import Money

NEEDS = "needs"
"""What needs the reader: read afresh when the issue is first said, before every other section, and never turned off."""
SECTIONS = ("risks", "decisions", "moved", "tasks", "obligations", "insights")
"""The others, in the order in which they are read. Each can be turned off."""
MOST = 5
"""Items of a section; the rest is counted."""


@dataclass(frozen=True)
class Span:
    """The week an issue reports on ("2026-W47"), from its Monday's midnight to the next in a zone."""

    week: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Named:
    """Somebody or something with a name in both languages."""

    name_en: str
    name_ja: str


@dataclass(frozen=True)
class Item:
    """One thing that happened, or is the case: about which subject (`key`, `title`, `path`), and `what` in the words
    `digest.what.<what>` with `args`.

    `args` are JSON: numbers, strings, and what `encode` makes of a moment, a day, money, a name or a Text.
    """

    key: str
    title: str
    path: str
    what: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> Text:
        """What it says, for any reader."""
        return Text(f"digest.what.{self.what}", decode(self.args))


@dataclass(frozen=True)
class Section:
    """One section: the items of most weight, at most five, and how many more there are."""

    code: str
    items: tuple[Item, ...]
    more: int = 0

    @classmethod
    def of(cls, code: str, items: Sequence[Item], count: int | None = None) -> Section:
        """The section of the first of these items (the weightiest first) out of `count` in all."""
        shown = tuple(items[:MOST])
        return cls(code, shown, max((len(items) if count is None else count) - len(shown), 0))


@dataclass(frozen=True)
class Content:
    """An issue without what needs its reader: the sections that have something to say, in their order."""

    sections: tuple[Section, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not any(section.items for section in self.sections)

    def without(self, off: Sequence[str]) -> Content:
        """The same without sections somebody does not want."""
        return Content(tuple(section for section in self.sections if section.code not in off))


def in_order(sections: Sequence[Section]) -> Content:
    """A content of those sections that have items, as they are read; what has the same code is one section."""
    of: dict[str, list[Section]] = {}
    for section in sections:
        if section.items:
            of.setdefault(section.code, []).append(section)
    kept = [_together(code, parts) for code, parts in of.items()]
    return Content(tuple(sorted(kept, key=lambda section: _place(section.code))))


def _together(code: str, parts: Sequence[Section]) -> Section:
    """One section of several: the first item of each, then the second of each."""
    if len(parts) == 1:
        return parts[0]
    turns = zip_longest(*(part.items for part in parts))
    count = sum(len(part.items) + part.more for part in parts)
    return Section.of(code, [item for turn in turns for item in turn if item is not None], count)


def _place(code: str) -> int:
    return SECTIONS.index(code) if code in SECTIONS else len(SECTIONS)


def encode(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of words as JSON."""
    return {name: _encoded(value) for name, value in args.items()}


def _encoded(value: Any) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case Money():
            return {"money": [value.minor, value.currency]}
        case Text():
            return {"text": [value.key, encode(value.args)]}
        case list() | tuple():
            return [_encoded(one) for one in value]
        case _ if hasattr(value, "name_ja"):
            return {"name": [value.name_en, value.name_ja]}
    return value


def decode(args: Mapping[str, Any]) -> dict[str, Any]:
    """What `Reader.say` takes, from what `encode` wrote."""
    return {name: _decoded(value) for name, value in args.items()}


def _decoded(value: Any) -> Any:
    match value:
        case {"at": str(written)}:
            return datetime.fromisoformat(written)
        case {"on": str(written)}:
            return date.fromisoformat(written)
        case {"money": [minor, currency]}:
            return Money(minor, currency)
        case {"name": [en, ja]}:
            return Named(en, ja)
        case {"text": [key, args]}:
            return Text(key, decode(args))
        case list():
            return [_decoded(one) for one in value]
    return value


def to_json(content: Content) -> list[dict[str, Any]]:
    """As it is kept in the database."""
    return [
        {"code": section.code, "more": section.more, "items": [_item_out(item) for item in section.items]}
        for section in content.sections
    ]


def _item_out(item: Item) -> dict[str, Any]:
    return {"key": item.key, "title": item.title, "path": item.path, "what": item.what, "args": dict(item.args)}


def from_json(kept: Sequence[Mapping[str, Any]]) -> Content:
    """What `to_json` wrote."""
    return Content(tuple(
        Section(one["code"], tuple(Item(**item) for item in one["items"]), one["more"]) for one in kept
    ))  # fmt: skip
