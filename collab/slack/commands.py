"""`/collab help`, and the answer to what nobody understood. Neither asks the database anything.

Help is one phone screen: the ten things this reader does most, and a button for each noun. Nothing a reader could never
do is shown to them: an auditor sees no verbs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flask import current_app

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import ANYBODY, permit, permits
from collab.slack import answers, blocks, grammar, troubles
from collab.slack.blocks import Block
from collab.slack.grammar import NOTHING, REST, Command, Found, NoKey, Noun, Unclear
from collab.slack.identity import address
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.slack.wording import cut

TOGETHER = 15
"""Lines of help in one paragraph: Slack takes no longer ones."""
MOST, SHOWN = 10, 300
"""How many examples help begins with; how much of a line nobody understood is shown again."""
HELP = ("help", "ヘルプ", "使い方", "?", "？")
OWN_WORDS = ("me", "you", "settings", "設定", "個人設定", "自分")
YOURS = "you"
"""What belongs to no noun: one's language, absences, messages."""
LOOK = "slack.look"


def install() -> None:
    """Make help known."""
    edges.vocabulary.add(Command("slack.help", show_help, HELP, takes=REST, rank=90))
    edges.add_action(LOOK, look)
    edges.add_action(troubles.AGAIN, again)


@permit("slack.help")
def show_help(talk: Talk) -> Answer:
    """What can be typed; with a noun, all of that; after a line nobody understood, the nearest one that works."""
    match talk.data.get("meaning"):
        case Unclear() as unclear if unclear.word or not unclear.noun:
            return _not_understood(talk, unclear)
        case Unclear(noun=noun):
            return _about(talk, noun)
        case NoKey(command):
            return answers.say(talk.reader, "slack.which_key", typed=_typed(talk.reader, command))
    wanted = _subject_of(talk.typed.rest) if talk.typed.rest else ""
    if wanted is None:
        return _not_understood(talk, _as_typed(talk.typed.rest))
    return _about(talk, wanted) if wanted else _overview(talk)


@permit("slack.help")
def look(talk: Talk) -> Answer:
    """A button below: show what it names. Lines that would change something are never run from here, only shown."""
    found = grammar.parse(talk.pressed, edges.vocabulary)
    if isinstance(found, Found) and _only_looks(found):
        return found.command.handler(replace(talk, typed=found.typed))
    return _overview(talk)


@permit("slack.help")
def again(talk: Talk) -> Answer:
    """The form that did not open in time, filled in as it was typed. The command checks anew what the presser may."""
    found = grammar.parse(talk.pressed, edges.vocabulary)
    if isinstance(found, Found):
        return found.command.handler(replace(talk, typed=found.typed))
    return show_help(replace(talk, data={"meaning": found}))


def _only_looks(found: Found) -> bool:
    """Whether running it can change nothing: a list, a thing as it stands, help."""
    if found.typed.key:
        return found.command is _shown_by(found.typed.key)
    return found.command.takes == NOTHING or found.command.code == "slack.help"


def _shown_by(key: str) -> Command | None:
    alone = grammar.parse(key, edges.vocabulary)
    return alone.command if isinstance(alone, Found) else None


def _subject_of(word: str) -> str | None:
    """The noun help is wanted about: that of the word, of a verb, or what is one's own; None if it is no word of ours."""
    noun = edges.vocabulary.noun(word)
    if noun:
        return noun.code
    if any(grammar.means(word, own) for own in OWN_WORDS):
        return YOURS
    command = next((one for one in _commands() if any(grammar.means(word, form) for form in one.words)), None)
    if command is None:
        return None
    return command.noun or next((one.code for one in _nouns() if _feature(command) in one.also), YOURS)


def _as_typed(words: str) -> Unclear:
    meaning = grammar.parse(words, edges.vocabulary)
    near = meaning.nearest if isinstance(meaning, Unclear) else words
    return Unclear(words, near)


def _not_understood(talk: Talk, unclear: Unclear) -> Say:
    """What is nearest, with a way to look at it; without anything near, the ten things."""
    reader, near = talk.reader, unclear.nearest
    if not near:
        said = reader.say("slack.not_understood", word=cut(unclear.word, SHOWN)) if unclear.word else ""
        return _about(talk, unclear.noun, said) if unclear.noun else _overview(talk, said)
    said = reader.say("slack.did_you_mean", word=cut(unclear.word, SHOWN))
    line = f"`/collab {blocks.escape(cut(near, SHOWN))}`"
    shown = [blocks.section(f"{blocks.escape(said)}\n{line}"), blocks.actions(*_ways(near, unclear.noun, reader))]
    return Say(f"{said} /collab {near}", shown)


def _ways(near: str, noun: str, reader: Reader) -> Iterable[Block]:
    """A button that shows what the nearest line is about, and one for help."""
    found = grammar.parse(near, edges.vocabulary)
    if isinstance(found, Found) and found.typed.key:
        yield blocks.button(reader.say("slack.help.show", key=found.typed.key), f"{LOOK}:key", found.typed.key)
    elif isinstance(found, Found) and found.command.takes == NOTHING:
        yield blocks.button(reader.say("slack.help.show", key=near), f"{LOOK}:line", near[: blocks.VALUE])
    known = edges.vocabulary.nouns.get(noun or (found.command.noun if isinstance(found, Found | NoKey) else ""))
    words = f"help {known.words[0]}" if known else "help"
    yield blocks.button(reader.say("slack.help.button"), f"{LOOK}:help", words)


def _overview(talk: Talk, said: str = "") -> Say:
    """The ten things people do, by example, and a button for all of each noun. It is the same for all who may do the same."""
    if said:
        return _ten_things(talk, said)
    known: dict[object, Say] = current_app.extensions.setdefault("slack.overviews", {})
    whose = (talk.reader.locale, talk.actor.roles)
    if whose not in known:
        known[whose] = _ten_things(talk)
    return known[whose]


def _ten_things(talk: Talk, said: str = "") -> Say:
    reader = talk.reader
    chosen = [(code, key) for code, key in edges.vocabulary.examples if _offered(code, talk.actor)][:MOST]
    lines = [_line(reader.say(f"{key}.typed"), reader.say(f"{key}.does")) for _code, key in chosen]
    title = said or reader.say("slack.help_title")
    shown = [blocks.section("\n".join([blocks.bold(title), *lines])), *_groups(talk), _foot(reader)]
    return Say(title, shown)


def _groups(talk: Talk) -> list[Block]:
    """A button for each noun this reader can do something about, and one for their own settings."""
    reader = talk.reader
    codes = [one.code for one in _nouns() if _allowed(talk.actor, one.code)]
    made = [
        blocks.button(reader.say(f"slack.help.about.{code}"), f"{LOOK}:{code}", f"help {_word_of(code)}")
        for code in [*codes, YOURS]
    ]
    return [blocks.actions(*made)] if made else []


def _about(talk: Talk, noun: str, said: str = "") -> Say:
    """All that can be said about a noun, or about oneself."""
    reader = talk.reader
    title = said or reader.say("slack.help.of", noun=reader.say(f"slack.help.about.{noun}"))
    lines = [blocks.bold(title), *_lines(talk, noun)]
    body = [blocks.section("\n".join(lines[at : at + TOGETHER])) for at in range(0, len(lines), TOGETHER)]
    back = blocks.actions(blocks.button(reader.say("slack.help.all"), f"{LOOK}:help", "help"))
    return Say(title, [*body, back, _foot(reader)])


def _lines(talk: Talk, noun: str) -> list[str]:
    """The lines of a noun this reader may ever need, its own first."""
    allowed = sorted(_allowed(talk.actor, noun), key=lambda one: one.rank)
    return [_line(talk.reader.say(f"{one.code}.typed"), talk.reader.say(f"{one.code}.does")) for one in allowed]


def _allowed(actor: Actor, noun: str) -> Iterator[Command]:
    """What can be said of a noun by somebody: its own commands, and those of any key that no other noun claims."""
    claimed = {feature: one.code for one in edges.vocabulary.nouns.values() for feature in one.also}
    for one in _commands():
        everywhere = not one.noun and one.takes == grammar.KEY
        about = claimed.get(_feature(one), noun) == noun if everywhere else one.noun == noun.removeprefix(YOURS)
        if one.listed and about and not (everywhere and noun == YOURS) and may(one, actor):
            yield one


def may(command: Command, actor: Actor) -> bool:
    """Whether somebody may ever use a command, as far as their roles tell; who stands how to what is asked when they do."""
    row, roles = permits[command.handler.permit], actor.roles | {ANYBODY}  # type: ignore[attr-defined]
    return not row.never(actor.roles) and (bool(row.who & roles) or not actor.is_auditor)


def _offered(code: str, actor: Actor) -> bool:
    command = edges.vocabulary.commands.get(code)
    return command is not None and may(command, actor)


def _commands() -> Sequence[Command]:
    return list(edges.vocabulary.commands.values())


def _nouns() -> Sequence[Noun]:
    """Those people use most first."""
    vocabulary = edges.vocabulary
    return sorted(
        vocabulary.nouns.values(), key=lambda noun: min((one.rank for one in vocabulary.own(noun.code)), default=99)
    )


def _feature(command: Command) -> str:
    return command.code.partition(".")[0]


def _word_of(code: str) -> str:
    noun = edges.vocabulary.nouns.get(code)
    return noun.words[0] if noun else OWN_WORDS[0]


def _line(typed: str, does: str) -> str:
    return f"`/collab {blocks.escape(typed)}`  {blocks.escape(does)}"


def _foot(reader: Reader) -> Block:
    said, guide = blocks.escape(reader.say("slack.help_foot")), edges.vocabulary.guide
    return blocks.context(f"{said} {blocks.link(address(guide), reader.say('slack.help_guide'))}" if guide else said)


def _typed(reader: Reader, command: Command) -> str:
    return f"/collab {reader.say(f'{command.code}.typed')}"
