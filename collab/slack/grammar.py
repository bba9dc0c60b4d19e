"""The one command's language, as a pure table: noun then verb, in English or Japanese, in any width.

`purchase approve PR-1`, `approve PR-1`, `PR-1 承認`, `購買稟議　差戻　ＰＲ－１２　見積が古い` all mean something; a half-typed or
misspelt word never does anything, it is answered with the nearest line that would.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from collab.kernel.keys import as_typed
from collab.kernel.text import normal
from collab.slack.talk import Handler, Typed

NOTHING, KEY, REST = "nothing", "key", "rest"
_KANJI = re.compile(r"[\u3400-\u9fff々]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_PARTICLE = re.compile(r"^(\S+?[0-9０-９])[をはのに](\S*)", re.DOTALL)
_CLOSE = 0.6


@dataclass(frozen=True)
class Noun:
    """What a line may begin with; `prefix` is that of its keys. The first word of each language is the one shown."""

    code: str
    words: tuple[str, ...]
    prefix: str = ""


@dataclass(frozen=True)
class Command:
    """One thing that can be asked for. Without a noun it stands alone, and after any noun if it takes a key.

    `takes` says what follows: nothing, a key (and then free text), or free text. `<code>.typed` and `<code>.does` are
    its words in the help, in the order of `rank`; another way to say the same is not `listed`.
    """

    code: str
    handler: Handler
    words: tuple[str, ...]
    noun: str = ""
    takes: str = NOTHING
    prefix: str = ""
    rank: int = 50
    listed: bool = True


@dataclass(frozen=True)
class Found:
    """A line that means something."""

    command: Command
    typed: Typed


@dataclass(frozen=True)
class NoKey:
    """Understood but for the key: which request?"""

    command: Command


@dataclass(frozen=True)
class Unclear:
    """Not understood; `nearest` is a line that would be, `noun` what it seems to be about."""

    word: str
    nearest: str = ""
    noun: str = ""


Meaning = Found | NoKey | Unclear


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """A word for comparing: width and case gone, and the okurigana of a kanji word (差し戻し = 差戻し = 差戻)."""
    tidy = normal(word).replace(" ", "")
    return _HIRAGANA.sub("", tidy) if _KANJI.search(tidy) else tidy


@dataclass
class Vocabulary:
    """Every noun and command the features registered."""

    nouns: dict[str, Noun] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)

    def add_noun(self, noun: Noun) -> None:
        """Make a noun known."""
        self.nouns[noun.code] = noun

    def add(self, command: Command) -> None:
        """Make a command known; adding it again replaces it."""
        self.commands[command.code] = command

    def noun(self, word: str) -> Noun | None:
        """The noun of a word."""
        return next((noun for noun in self.nouns.values() if _is(word, noun.words)), None)

    def about(self, noun: str) -> list[Command]:
        """What can be said after a noun: its own commands first, then those that act on any key."""
        found = [one for one in self.commands.values() if one.noun == noun or (not one.noun and one.takes == KEY)]
        return sorted(found, key=lambda one: one.noun != noun)

    def alone(self) -> list[Command]:
        """What stands without a noun."""
        return [one for one in self.commands.values() if not one.noun]

    def keyed(self, key: str) -> list[Command]:
        """What can be said of a key, its own noun's commands first: the key says which noun it is."""
        prefix = key.partition("-")[0]
        found = [one for one in self.commands.values() if one.takes == KEY and one.prefix in ("", prefix)]
        return sorted(found, key=lambda one: one.prefix != prefix)


def parse(text: str, vocabulary: Vocabulary) -> Meaning:
    """What a typed line means."""
    first, rest = _cut(text)
    key = as_typed(first)
    if key:
        return _key_first(key, rest, vocabulary)
    noun = vocabulary.noun(first) if first else None
    if noun:
        return _after_noun_or_as_command(noun, first, rest, vocabulary)
    choices = [*(vocabulary.keyed(_key_in(rest)) if _key_in(rest) else []), *vocabulary.alone()]
    command = _named(first or "help", choices)
    if command:
        return _finish(command, rest)
    keyed = _named(first, [one for one in vocabulary.commands.values() if one.takes == KEY])
    if keyed:
        return NoKey(keyed)
    return _unclear(first, rest, choices or [], vocabulary)


def _key_first(key: str, rest: str, vocabulary: Vocabulary) -> Meaning:
    verb, rest = _cut(rest)
    choices = vocabulary.keyed(key)
    command = _named(verb or "show", choices)
    if command:
        return Found(command, Typed(key, rest))
    near = _nearest(verb, choices)
    return Unclear(verb, f"{near} {key} {rest}".strip() if near else "")


def _after_noun_or_as_command(noun: Noun, first: str, rest: str, vocabulary: Vocabulary) -> Meaning:
    """Some words are both: 依頼 一覧 lists tasks, 依頼 @営業部 … asks. What is no verb of the noun is left to the command, which must
    be one that does nothing by halves."""
    meaning, command = _after_noun(noun, rest, vocabulary), _named(first, vocabulary.alone())
    return _finish(command, rest) if command and isinstance(meaning, Unclear) else meaning


def _after_noun(noun: Noun, rest: str, vocabulary: Vocabulary) -> Meaning:
    verb, rest = _cut(rest)
    choices = vocabulary.about(noun.code)
    key = as_typed(verb)
    if key:
        return _key_first(key, rest, vocabulary)
    command = _named(verb, choices) if verb else None
    if command:
        return _finish(command, rest)
    near = _nearest(verb, choices) if verb else ""
    return Unclear(verb, f"{noun.words[0]} {near} {rest}".strip() if near else "", noun.code)


def _finish(command: Command, rest: str) -> Meaning:
    if command.takes != KEY:
        return Found(command, Typed(rest=rest))
    word, after = _cut(rest)
    key = as_typed(word)
    return Found(command, Typed(key, after)) if key else NoKey(command)


def _unclear(first: str, rest: str, choices: Sequence[Command], vocabulary: Vocabulary) -> Unclear:
    near = _nearest(first, choices or list(vocabulary.commands.values()))
    nouns = {skeleton(word): word for noun in vocabulary.nouns.values() for word in noun.words}
    near_noun = _close(first, nouns)
    if near_noun and not (near and skeleton(near).startswith(skeleton(first))):
        return Unclear(first, f"{near_noun} {rest}".strip(), "")
    return Unclear(first, f"{near} {rest}".strip() if near else "")


def _named(word: str, choices: Sequence[Command]) -> Command | None:
    return next((one for one in choices if _is(word, one.words)), None)


def _is(word: str, words: Sequence[str]) -> bool:
    wanted = skeleton(word)
    return bool(wanted) and any(skeleton(one) == wanted for one in words)


def _nearest(word: str, choices: Sequence[Command]) -> str:
    return _close(word, {skeleton(form): form for one in choices for form in one.words})


def _close(word: str, forms: dict[str, str]) -> str:
    wanted = skeleton(word)
    begun = sorted((form for form in forms if wanted and form.startswith(wanted)), key=len)
    near = begun or get_close_matches(wanted, list(forms), n=1, cutoff=_CLOSE)
    return forms[near[0]] if near else ""


def _cut(text: str) -> tuple[str, str]:
    """The first word and what follows as it was written. A particle after a key ends it: `PR-1を承認`."""
    text = text.strip()
    split = _PARTICLE.match(text)
    if split and as_typed(split[1]):
        text = f"{split[1]} {text[split.end(1) + 1 :]}"
    word, *rest = text.split(maxsplit=1)[:2] or [""]
    return word, rest[0].strip() if rest else ""


def _key_in(rest: str) -> str:
    return as_typed(_cut(rest)[0]) or ""
