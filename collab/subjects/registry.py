"""What features tell the house about their things, filled at start-up: this is how a page shows another feature's
rows without importing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import Reader
from collab.kernel.money import Money


@dataclass(frozen=True)
class Summary:
    """A subject in one line, as one viewer may see it. `state` is a Text, so that words stay with the feature."""

    key: str
    kind: str
    title: str
    path: str
    state: Text
    amount: Money | None = None
    by_en: str = ""
    by_ja: str = ""


@dataclass(frozen=True)
class Face:
    """What a card says about a subject, for people seated on it: `facts` are (label, value) pairs, most telling first."""

    title: str
    path: str
    by_en: str
    by_ja: str
    amount: Money | None = None
    why: str = ""
    facts: tuple[tuple[Text, Any], ...] = ()
    marks: tuple[Text, ...] = ()
    aim: str = ""
    """What it serves: whoever decides together decides for the same aim."""


@dataclass(frozen=True)
class InboxRow:
    """Something that needs this member: what is asked (a Text), about what, since when, until when, where to do it.

    `acting_for` is the e-mail of whoever it is asked of, where somebody else may answer for them.
    `remind` is False for what stays in the list while nobody is reminded of it: on hold, snoozed, only to be read.
    """

    key: str
    ask: Text
    title: str
    path: str
    since: datetime
    due_at: datetime | None = None
    amount: Money | None = None
    by_en: str = ""
    by_ja: str = ""
    actions: tuple[str, ...] = ()
    remind: bool = True
    acting_for: str | None = None


Content = Mapping[str, Any]
Changes = Callable[[Content, Content, Reader], Sequence[tuple[str, str, str]]]


@dataclass(frozen=True)
class Kind:
    """One kind of subject and how its feature answers for it.

    `summaries(viewer, keys)` leaves out whatever the viewer may not see; `words(keys)` gives the search text;
    `face(key, viewer)` is what a card says to a viewer (None: to whoever may read it); `related(key)` names subjects the feature itself ties to `key` (purchases that serve a goal).
    `changes(before, after, reader)` says what differs between two contents: label, before, after, in the reader's words.
    """

    code: str
    prefix: str
    summaries: Callable[[Actor, Sequence[str]], Mapping[str, Summary]]
    words: Callable[[Sequence[str]], Mapping[str, str]]
    face: Callable[[str, Actor | None], Face | None] = field(default=lambda _key, _viewer: None)
    related: Callable[[str], Sequence[str]] = field(default=lambda _key: ())
    changes: Changes = field(default=lambda _before, _after, _reader: ())


InboxSource = Callable[[Actor, datetime], Sequence[InboxRow]]
Actors = Callable[[Sequence[int], datetime], Sequence[Actor]]
"""Members as of a moment, by id."""


class Registry:
    """Kinds by prefix, the sources of the inbox, and who knows members."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._sources: dict[str, InboxSource] = {}
        self.actors: Actors = lambda _ids, _now: ()

    def know_members(self, actors: Actors) -> None:
        """Let the feature that keeps members say who they are today."""
        self.actors = actors

    def add_kind(self, kind: Kind) -> None:
        """Make a kind known; the last one under a prefix wins, so that building the app twice is harmless."""
        self._kinds[kind.prefix] = kind

    def add_inbox_source(self, name: str, source: InboxSource) -> None:
        """Make a source of inbox rows known."""
        self._sources[name] = source

    @property
    def kinds(self) -> Sequence[Kind]:
        """All kinds."""
        return tuple(self._kinds.values())

    @property
    def sources(self) -> Sequence[InboxSource]:
        """All inbox sources."""
        return tuple(self._sources.values())

    def kind_of(self, key: str) -> Kind:
        """The kind a key such as `PR-12` belongs to. Raises NotFound."""
        kind = self._kinds.get(key.partition("-")[0])
        if kind is None:
            raise NotFound
        return kind


registry = Registry()
