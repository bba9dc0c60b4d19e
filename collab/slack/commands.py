"""`/collab help`, and the answer to what nobody understood. Neither asks the database anything."""

from __future__ import annotations

from collections.abc import Iterable

from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.slack import answers, blocks, grammar
from collab.slack.grammar import REST, Command, Vocabulary
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

TOGETHER = 15
"""Lines of help in one paragraph: Slack takes no longer ones."""
HELP = ("help", "ヘルプ", "使い方", "?", "？")


def install() -> None:
    """Make help known."""
    edges.vocabulary.add(Command("slack.help", show_help, HELP, takes=REST, rank=90))


@permit("slack.help")
def show_help(talk: Talk) -> Answer:
    """What can be typed; with a noun, only about that; after a line nobody understood, with the nearest one that works."""
    meaning = talk.data.get("meaning")
    match meaning:
        case grammar.Unclear(word, nearest, noun):
            return _helped(talk.reader, _excuse(talk.reader, word, nearest), noun)
        case grammar.NoKey(command):
            line = talk.reader.say("slack.which_key", typed=_typed(talk.reader, command))
            return answers.plainly(line)
    about = edges.vocabulary.noun(talk.typed.rest) if talk.typed.rest else None
    return _helped(talk.reader, "", about.code if about else "")


def _excuse(reader: Reader, word: str, nearest: str) -> str:
    if nearest:
        return reader.say("slack.did_you_mean", word=word, line=f"/collab {nearest}")
    return reader.say("slack.not_understood", word=word) if word else ""


def _helped(reader: Reader, excuse: str, noun: str) -> Say:
    lines = list(_lines(reader, edges.vocabulary, noun))
    top = [blocks.section(blocks.escape(excuse))] if excuse else []
    body = [blocks.section("\n".join(lines[at : at + TOGETHER])) for at in range(0, len(lines), TOGETHER)]
    foot = blocks.context(blocks.escape(reader.say("slack.help_foot")))
    return Say(excuse or reader.say("slack.help_title"), [*top, *body, foot])


def _lines(reader: Reader, vocabulary: Vocabulary, noun: str) -> Iterable[str]:
    chosen = vocabulary.about(noun) if noun else list(vocabulary.commands.values())
    for command in sorted((one for one in chosen if one.listed), key=lambda one: one.rank):
        yield f"`{blocks.escape(_typed(reader, command))}`  {blocks.escape(reader.say(f'{command.code}.does'))}"


def _typed(reader: Reader, command: Command) -> str:
    return f"/collab {reader.say(f'{command.code}.typed')}"
