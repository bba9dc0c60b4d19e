"""What needed somebody when an issue was first read, as it is kept: the top of their inbox, in nobody's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.digests.rules.content import MOST, Named, decode, encode
from collab.kernel.errors import Text


@dataclass(frozen=True)
class Need:
    """One row of the inbox: what is asked, about what, until when, by whom (an empty name: by nobody). `actions` is what is
    offered, the first first: its button follows from them."""

    key: str
    ask: Text
    title: str
    path: str
    due_at: datetime | None
    by: Named
    actions: Sequence[str] = ()


@dataclass(frozen=True)
class Needs:
    """The inbox's top, and how many more rows it had."""

    items: tuple[Need, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        """How many things needed them."""
        return len(self.items) + self.more


def top_of(rows: Sequence[Any]) -> Needs:
    """The first rows of an inbox (`subjects.registry.InboxRow`), as kept."""
    return Needs(tuple(_need(row) for row in rows[:MOST]), max(len(rows) - MOST, 0))


def _need(row: Any) -> Need:
    return Need(row.key, row.ask, row.title, row.path, row.due_at, Named(row.by_en, row.by_ja), list(row.actions))


def needs_to_json(needs: Needs) -> dict[str, Any]:
    """As it is kept in the database."""
    return {"more": needs.more, "items": [_need_out(need) for need in needs.items]}


def _need_out(need: Need) -> dict[str, Any]:
    values = encode({"ask": need.ask, "due_at": need.due_at, "by": need.by})
    return {"key": need.key, "title": need.title, "path": need.path, "actions": list(need.actions), **values}


def needs_from_json(kept: Mapping[str, Any]) -> Needs:
    """What `needs_to_json` wrote."""
    return Needs(tuple(Need(**decode(one)) for one in kept["items"]), kept["more"])
