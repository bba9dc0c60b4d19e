"""What can be imported, filled at start-up by the features whose rows they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from marshmallow import Schema

from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.text import normal

ADDED, CHANGED = "added", "changed"


@dataclass(frozen=True)
class Change:
    """What a row would do to one thing: `field` is a column (None: the thing itself is new), `on` the day it takes effect,
    `mark` a word of warning."""

    subject: str
    what: str
    field: str | None = None
    before: Any = None
    after: Any = None
    on: date | None = None
    mark: Text | None = None


@dataclass(frozen=True)
class Verdict:
    """What checking one row found: problems by column, and what writing it would change (nothing: unchanged)."""

    problems: Mapping[str, Text] = field(default_factory=dict)
    changes: Sequence[Change] = ()


Fields = Mapping[str, Any]


class Taking(Protocol):
    """One file on its way in. It remembers the rows checked so far, so that later rows may lean on them."""

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row; writes nothing."""

    def write(self) -> None:
        """Write every row checked, inside the caller's transaction."""


@dataclass(frozen=True)
class Kind:
    """One kind of file. The fields of `schema` are its columns, in that order; `begin` sees all rows beforehand.

    `judged_again`: rows are judged once more in the transaction that writes them, because what they lean on may have
    changed. A kind whose rows lean only on what never goes away may spare that, so that its write is short.
    """

    code: str
    verb: str
    schema: type[Schema]
    begin: Callable[[Actor | None, Sequence[Fields], datetime], Taking]
    judged_again: bool = True

    @property
    def columns(self) -> list[str]:
        """Column codes in order."""
        return list(self.schema().fields)

    @property
    def needed(self) -> list[str]:
        """Columns every file must have."""
        return [name for name, column in self.schema().fields.items() if column.required]

    def header(self, column: str, reader: Reader) -> str:
        """A column's name for a reader."""
        return reader.say(f"import.{self.code}.column.{column}")

    def headers(self) -> dict[str, str]:
        """Every header we understand, in normal form: the code and the name in each language."""
        known = {normal(self.header(name, Reader(locale))): name for locale in LOCALES for name in self.columns}
        return {**known, **{normal(name): name for name in self.columns}}


FindActor = Callable[[int, datetime], Actor | None]


class Registry:
    """Kinds by code, and who knows the members."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._find_actor: FindActor = lambda _member, _now: None

    def add(self, kind: Kind) -> None:
        """Make a kind known; again is harmless."""
        self._kinds[kind.code] = kind

    def know_members(self, find_actor: FindActor) -> None:
        """How to find whoever handed a file in."""
        self._find_actor = find_actor

    def find_actor(self, member_id: int, now: datetime) -> Actor | None:
        """The member with this id, with today's rights."""
        return self._find_actor(member_id, now)

    def kinds(self) -> list[Kind]:
        """All kinds, in the order in which a fresh installation needs them."""
        return list(self._kinds.values())

    def get(self, code: str) -> Kind:
        """The kind of a code. Raises NotFound."""
        if code not in self._kinds:
            raise NotFound
        return self._kinds[code]


registry = Registry()
