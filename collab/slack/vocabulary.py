"""Every noun and command the features registered, and their words: ours, and those a company uses instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from collab.kernel import i18n
from collab.slack.spelling import means
from collab.slack.talk import Handler

NOTHING, KEY, REST = "nothing", "key", "rest"
Kind = TypeVar("Kind", "Noun", "Command")


@dataclass(frozen=True)
class Noun:
    """What a line may begin with; `prefix` is that of its keys. The first word of each language is the one shown. `named` are
    more entries of the catalogue that name it: a company that calls it something else there can type that. `also` are
    features whose commands are said of its keys alone, though they would take any."""

    code: str
    words: tuple[str, ...]
    prefix: str = ""
    named: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """One thing that can be asked for. Without a noun it stands alone, and after any noun if it takes a key.

    `takes` says what follows: nothing, a key (and then free text), or free text. `<code>.typed` and `<code>.does` are
    its words in the help, in the order of `rank`; another way to say the same is not `listed`. `named` as of a noun.
    `several`: it may be said of more than one key in a line; the others are what follows the first.
    """

    code: str
    handler: Handler
    words: tuple[str, ...]
    noun: str = ""
    takes: str = NOTHING
    prefix: str = ""
    rank: int = 50
    listed: bool = True
    named: tuple[str, ...] = ()
    several: bool = False


@dataclass
class Vocabulary:
    """Every noun and command the features registered."""

    nouns: dict[str, Noun] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    examples: tuple[tuple[str, str], ...] = ()
    """What help shows first: a command, and where the catalogue has an example of it (`typed`, `does`)."""
    guide: str = ""
    """The path of the guide, to which help leads whoever wants to read; none while it is empty."""

    def add_noun(self, noun: Noun) -> None:
        """Make a noun known."""
        self.nouns[noun.code] = noun

    def add(self, command: Command) -> None:
        """Make a command known; adding it again replaces it."""
        self.commands[command.code] = command

    def noun(self, word: str) -> Noun | None:
        """The noun of a word, by what the company calls it before what we do."""
        return first_named(word, self.nouns.values())

    @property
    def prefixes(self) -> frozenset[str]:
        """What keys begin with."""
        return frozenset(noun.prefix for noun in self.nouns.values() if noun.prefix)

    def about(self, noun: str) -> list[Command]:
        """What can be said after a noun: its own commands first, then those that act on any key."""
        found = [one for one in self.commands.values() if one.noun == noun or (not one.noun and one.takes == KEY)]
        return sorted(found, key=lambda one: one.noun != noun)

    def own(self, noun: str) -> list[Command]:
        """What is said of this noun alone."""
        return [one for one in self.commands.values() if one.noun == noun]

    def alone(self) -> list[Command]:
        """What stands without a noun."""
        return [one for one in self.commands.values() if not one.noun]

    def keyed(self, key: str) -> list[Command]:
        """What can be said of a key, its own noun's commands first: the key says which noun it is."""
        prefix = key.partition("-")[0]
        if not prefix:
            return []
        found = [one for one in self.commands.values() if one.takes == KEY and one.prefix in ("", prefix)]
        return sorted(found, key=lambda one: one.prefix != prefix)


def first_named(word: str, choices: Iterable[Kind]) -> Kind | None:
    """The first with this word, the company's own words before ours."""
    known = list(choices)
    companys = known if i18n.has_own_words() else ()
    own = next((one for one in companys if any(means(word, form) for form in own_words(one))), None)
    return own or next((one for one in known if any(means(word, form) for form in one.words)), None)


def own_words(of: Noun | Command) -> Sequence[str]:
    """What the company calls it, where the catalogue names it: as a verb, on a button, or where the feature says."""
    if not i18n.has_own_words():
        return ()
    feature, _, name = of.code.partition(".")
    entries = (f"{feature}.verb.{name}", f"{feature}.button.{name}", f"{feature}.act.{name}") if name else ()
    return [word for key in (*entries, *of.named) for word in i18n.own_words(key)]


def words_of(of: Noun | Command) -> Sequence[str]:
    """Every word of it, the company's own first."""
    return [*own_words(of), *of.words]
