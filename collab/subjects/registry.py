"""What features tell the house about their things, filled at start-up: this is how a page shows another feature's
rows without importing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

    def asks(self, ask: Text, **more: Any) -> InboxRow:
        """A row of somebody's inbox about it: `more` as in InboxRow, `since` at least."""
        about: dict[str, Any] = {
            name: getattr(self, name) for name in ("key", "title", "path", "amount", "by_en", "by_ja")
        }
        return InboxRow(ask=ask, **{**about, **more})


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


@dataclass(frozen=True)
class Waiting:
    """Somebody who must act next on a subject, and since when."""

    member: int
    since: datetime


def by_member(rows: Iterable[tuple[int, InboxRow]]) -> dict[int, list[InboxRow]]:
    """Rows as an inbox source gives them, from pairs of whom one is for and the row."""
    found: dict[int, list[InboxRow]] = defaultdict(list)
    for member, row in rows:
        found[member].append(row)
    return found


Wanted = Sequence[tuple[Actor, Collection[str]]]
"""Viewers, each once, with the keys of what they ask about."""


def keys_in(wanted: Wanted) -> list[str]:
    """Everything anybody asks about."""
    return sorted({key for _viewer, keys in wanted for key in keys})


Content = Mapping[str, Any]
Teller = Callable[[Any], Text | None]
"""What to say in a shared channel of one audit entry, with `{who}` left open; None: nothing worth saying."""
Ties = Callable[[str], Sequence[str]]
"""The keys a feature ties to a key."""


def verbs_told(words: str, *verbs: str) -> Teller:
    """A teller of exactly these verbs; the words are `words` and the verb (after its last dot)."""
    told = {verb: Text(f"{words}.{verb.rpartition('.')[2]}") for verb in verbs}
    return lambda entry: told.get(entry.verb)


Words = Callable[[Sequence[str]], Mapping[str, str]]
"""What is written about subjects, by key."""
Insiders = Callable[[Actor, Sequence[str]], Collection[str]]
"""Those of some subjects a viewer may read whole."""
Changes = Callable[[Content, Content, Reader], Sequence[tuple[str, str, str]]]


@dataclass(frozen=True)
class Kind:
    """One kind of subject and how its feature answers for it.

    `summaries(wanted)` yields, viewer by viewer, one line of whatever of it they may see, in a number of statements that does not
    depend on how many they are; `words(keys)` gives the search text;
    `face(key, viewer)` is what a card says to a viewer (None: to whoever may read it); `related(key)` names subjects the feature itself ties to `key` (purchases that serve a goal).
    `changes(before, after, reader)` says what differs between two contents: label, before, after, in the reader's words.
    For shared channels: `departments(keys)` whom each concerns (by code), `awaited(keys)` who must act on it next, `news(entry)`
    what is worth saying of an audit entry. None of them holds an amount or somebody's reasons.
    """

    code: str
    prefix: str
    summaries: Callable[[Wanted], Iterable[tuple[int, Summary]]]
    words: Callable[[Sequence[str]], Mapping[str, str]]
    face: Callable[[str, Actor | None], Face | None] = field(default=lambda _key, _viewer: None)
    related: Callable[[str], Sequence[str]] = field(default=lambda _key: ())
    changes: Changes = field(default=lambda _before, _after, _reader: ())
    departments: Callable[[Sequence[str]], Mapping[str, frozenset[str]]] = field(default=lambda _keys: {})
    awaited: Callable[[Sequence[str]], Mapping[str, Sequence[Waiting]]] = field(default=lambda _keys: {})
    news: Teller = field(default=lambda _entry: None)


InboxSource = Callable[[Sequence[Actor], datetime], Mapping[int, Sequence[InboxRow]]]
"""What needs each of these members, by member, in a number of statements that does not depend on how many they are."""
Actors = Callable[[Sequence[int], datetime], Sequence[Actor]]
"""Members as of a moment, by id."""


class Registry:
    """Kinds by prefix, the sources of the inbox, and who knows members."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._sources: dict[str, InboxSource] = {}
        self._tellers: dict[str, Teller] = {}
        self._ties: dict[str, Ties] = {}
        self._inner: dict[str, dict[str, Words]] = defaultdict(dict)
        self._insiders: dict[str, Insiders] = {}
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

    def add_teller(self, name: str, teller: Teller) -> None:
        """Let a feature say what it wrote into the trail of any kind of subject."""
        self._tellers[name] = teller

    def add_ties(self, name: str, ties: Ties) -> None:
        """Let a feature tie subjects that are not its own kind: a goal to the joint work whose signed paper it rests on."""
        self._ties[name] = ties

    def add_inner_words(self, prefix: str, name: str, words: Words) -> None:
        """Let a feature say what else is written about subjects of a prefix, for those who may read them whole: reasons of
        decisions, papers that belong to them."""
        self._inner[prefix][name] = words

    def know_insiders(self, prefix: str, insiders: Insiders) -> None:
        """Let the feature of a prefix say of which subjects a viewer may read that; of a kind without, nobody."""
        self._insiders[prefix] = insiders

    def inner_words(self, prefix: str, keys: Sequence[str]) -> dict[str, str]:
        """What else is written about these subjects, by key."""
        found: dict[str, list[str]] = defaultdict(list)
        for words in self._inner[prefix].values() if prefix in self._inner else ():
            for key, text in words(keys).items():
                found[key].append(text)
        return {key: " ".join(texts) for key, texts in found.items()}

    def insiders(self, prefix: str, viewer: Actor, keys: Sequence[str]) -> set[str]:
        """Those of these subjects of which the viewer may read everything."""
        return set(self._insiders[prefix](viewer, keys)) if prefix in self._insiders and keys else set()

    def tied(self, key: str) -> set[str]:
        """Every subject a feature ties to a key."""
        by_kind = (kind.related for kind in self.kinds)
        return {other for ties in (*by_kind, *self._ties.values()) for other in ties(key)}

    def news(self, entry: Any) -> Text | None:
        """What is worth saying of an audit entry, by its subject's own feature or by whoever else wrote it."""
        kind = self._kinds.get(entry.subject_key.partition("-")[0])
        tellers = [kind.news, *self._tellers.values()] if kind else []
        return next((said for teller in tellers if (said := teller(entry)) is not None), None)

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
