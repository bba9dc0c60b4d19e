"""The one command's language, as a pure table: noun then verb, in English or Japanese, in any width.

`purchase approve PR-1`, `approve PR-1`, `PR-1 承認`, `購買稟議　差戻　ＰＲ－１２　見積が古い` all mean something; a half-typed or
misspelt word never does anything, it is answered with the nearest line that would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from collab.kernel.keys import as_typed
from collab.slack import spelling
from collab.slack.spelling import cut, means, skeleton
from collab.slack.talk import Typed
from collab.slack.vocabulary import KEY, NOTHING, REST, Command, Noun, Vocabulary, first_named, words_of

__all__ = [
    "KEY", "NOTHING", "REST", "Command", "Found", "Meaning", "NoKey", "Noun", "Unclear", "Vocabulary", "means", "parse", "skeleton",
]  # fmt: skip
_CLOSE = 0.6


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
    """Not understood; `nearest` is a line that would be, `noun` what it seems to be about; `settled` if its words were all
    known, but what they say together is not done."""

    word: str
    nearest: str = ""
    noun: str = ""
    settled: bool = False


Meaning = Found | NoKey | Unclear


def parse(text: str, vocabulary: Vocabulary) -> Meaning:
    """What a typed line means. The nearest line to one that means nothing is always one that does."""
    found = _parse(spelling.tidy(text), vocabulary)
    if isinstance(found, Unclear) and found.nearest and isinstance(_parse(found.nearest, vocabulary), Unclear):
        return replace(found, nearest="")
    return found


def _parse(line: str, vocabulary: Vocabulary) -> Meaning:
    first, rest = cut(line)
    key = as_typed(first)
    if key:
        return _key_first(key, rest, vocabulary)
    noun = vocabulary.noun(first) if first else None
    if noun:
        return _after_noun_or_as_command(noun, first, rest, vocabulary)
    keyed = vocabulary.keyed(_key_in(rest, vocabulary))
    command = first_named(first or "help", [*keyed, *vocabulary.alone()])
    if command:
        return _finish(command, first, rest, vocabulary)
    return _noun_within(first, rest, vocabulary) or _without_key_or_unclear(first, rest, keyed, vocabulary)


def _noun_within(first: str, rest: str, vocabulary: Vocabulary) -> Meaning | None:
    """The noun after its verb (`list goals`, 一覧 稟議), or in one word with it (目標一覧, 稟議の一覧)."""
    second, after = cut(rest)
    noun = vocabulary.noun(second) if second else None
    command = first_named(first, vocabulary.own(noun.code)) if noun else None
    if noun and command:
        return _finish(command, first, after, vocabulary, noun)
    if first.isascii():
        return None
    for noun in vocabulary.nouns.values():
        for word in words_of(noun):
            verb = first.removeprefix(word).lstrip("のを") if first.startswith(word) else ""
            command = first_named(verb, vocabulary.own(noun.code)) if verb else None
            if command:
                return _finish(command, verb, rest, vocabulary, noun)
    return None


def _without_key_or_unclear(first: str, rest: str, keyed: Sequence[Command], vocabulary: Vocabulary) -> Meaning:
    """A verb that wants a key; a verb that wants a noun; else nothing we know."""
    command = first_named(first, [one for one in vocabulary.commands.values() if one.takes == KEY])
    if command:
        return _finish(command, first, rest, vocabulary)
    wants = first_named(first, list(vocabulary.commands.values()))
    if wants:
        word = _in_script_of(first, vocabulary.nouns[wants.noun].words)
        return Unclear(first, f"{word} {first} {rest}".strip(), wants.noun)
    return _unclear(first, rest, [*keyed, *vocabulary.alone()], vocabulary)


def _key_first(key: str, rest: str, vocabulary: Vocabulary, noun: Noun | None = None) -> Meaning:
    verb, after = cut(rest)
    named = vocabulary.noun(verb) if verb else None
    choices = vocabulary.keyed(key)
    if named and named.prefix == key.partition("-")[0] and not first_named(verb, choices):
        verb, after = cut(after)  # PR-1 稟議 承認
    command = first_named(verb or "show", choices)
    if command:
        return _settled(command, verb, key, after, vocabulary, noun)
    if verb and (spelling.other_keys(rest) or as_typed(cut(verb.removeprefix("と"))[0])):
        return Unclear(f"{key} {rest}", key)
    near = _nearest(verb, choices)
    return Unclear(verb, f"{near} {key} {after}".strip() if near else key)


def _after_noun_or_as_command(noun: Noun, first: str, rest: str, vocabulary: Vocabulary) -> Meaning:
    """Some words are both: 依頼 一覧 lists tasks, 依頼 @営業部 … asks. What is no verb of the noun is left to the command, which must
    be one that does nothing by halves."""
    meaning, command = _after_noun(noun, first, rest, vocabulary), first_named(first, vocabulary.alone())
    if command and isinstance(meaning, Unclear) and not meaning.settled:
        return _finish(command, first, rest, vocabulary)
    return meaning


def _after_noun(noun: Noun, first: str, rest: str, vocabulary: Vocabulary) -> Meaning:
    verb, after = cut(rest)
    choices = vocabulary.about(noun.code)
    key = as_typed(verb)
    if key:
        return _key_first(key, after, vocabulary, noun)
    command = first_named(verb, choices) if verb else None
    if command:
        return _finish(command, verb, after, vocabulary, noun)
    guess = spelling.guessed_key(rest, noun.prefix, vocabulary.prefixes)
    near = _nearest(verb, choices) if verb else ""
    return Unclear(verb, guess or (f"{first} {near} {after}".strip() if near else ""), noun.code)


def _finish(
    command: Command, verb: str, rest: str, vocabulary: Vocabulary, noun: Noun | None = None
) -> Meaning:  # fmt: skip
    if command.takes != KEY:
        return Found(command, Typed(rest=rest))
    word, after = cut(rest)
    named = vocabulary.noun(word) if word else None
    if named and not as_typed(word):  # 承認 稟議 PR-1
        noun, (word, after) = noun or named, cut(after)
    key = as_typed(word)
    if key:
        return _settled(command, verb, key, after, vocabulary, noun)
    if verb and spelling.said_no(rest):
        return Unclear(f"{verb} {rest}")
    prefix = command.prefix or (noun.prefix if noun else "")
    guess = spelling.guessed_key(rest, prefix, vocabulary.prefixes)
    return Unclear(rest, f"{verb} {guess}", settled=True) if guess else NoKey(command)


def _settled(
    command: Command, verb: str, key: str, rest: str, vocabulary: Vocabulary, noun: Noun | None
) -> Meaning:  # fmt: skip
    """Nothing is done that was not wholly said: not of two things at once (but for what may be), of a thing of another kind, or if it was denied."""
    prefix, line = key.partition("-")[0], f"{verb} {key}".strip()
    if spelling.said_no(rest):
        return Unclear(f"{line} {rest}", settled=True)
    others = [] if command.several else spelling.other_keys(rest)
    if others and all(other.partition("-")[0] in vocabulary.prefixes for other in others):
        return Unclear(f"{line} {rest}", line, settled=True)
    if (noun and noun.prefix not in ("", prefix)) or command.prefix not in ("", prefix):
        return Unclear(f"{noun.words[0]} {key}" if noun else line, line if noun else key, settled=True)
    return Found(command, Typed(key, "" if spelling.courtesy(rest) else rest))


def _unclear(first: str, rest: str, choices: Sequence[Command], vocabulary: Vocabulary) -> Unclear:
    guess = spelling.guessed_key(f"{first} {rest}", "", vocabulary.prefixes)
    near = _nearest(first, choices or list(vocabulary.commands.values()))
    nouns = {skeleton(word): word for noun in vocabulary.nouns.values() for word in noun.words}
    near_noun = _close(first, nouns)
    if guess:
        return Unclear(first, guess)
    if near_noun and not (near and skeleton(near).startswith(skeleton(first))):
        return Unclear(first, f"{near_noun} {rest}".strip(), "")
    return Unclear(first, f"{near} {rest}".strip() if near else "")


def _in_script_of(typed: str, words: Sequence[str]) -> str:
    """The word for somebody who types in this script."""
    return next((word for word in words if word.isascii() == typed.isascii()), words[0])


def _nearest(word: str, choices: Sequence[Command]) -> str:
    return _close(word, {skeleton(form): form for one in choices for form in words_of(one)})


def _close(word: str, forms: dict[str, str]) -> str:
    wanted = skeleton(word)
    telling = len(wanted) > 1 or spelling.is_kanji(wanted)
    begun = sorted((form for form in forms if telling and form.startswith(wanted)), key=len)
    near = begun or get_close_matches(wanted, list(forms), n=1, cutoff=_CLOSE)
    return forms[near[0]] if near else ""


def _key_in(rest: str, vocabulary: Vocabulary) -> str:
    """The key after a verb, be there a noun in between."""
    word, after = cut(rest)
    if not as_typed(word) and word and vocabulary.noun(word):
        word = cut(after)[0]
    return as_typed(word) or ""
