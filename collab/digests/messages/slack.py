"""An issue as a Slack message.

Somebody with thirty seconds and a phone reads one screen. So the first screen is whole by itself: which week, what needs
me (at most five things, each with its due time and the button that does it), and one line that counts the rest. Whoever
has a minute scrolls on: the sections, five lines each. What is asked and by when is never moved down by news.
"""

from __future__ import annotations

from collections.abc import Iterator

from collab.digests.messages.issue import Ask, Part, Row, Shown
from collab.digests.rules.bars import cut_wide, width
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut_markup

BESIDE_BUTTON = 26
"""Columns of a line beside a button on a phone of 360 pixels."""
LINES, LINES_OF_FEW, FEW = 4, 5, 3
"""Of one thing that needs somebody: what is asked (one or two), about what (the rest), until when; and where there are few."""
TITLE, WORDS, GIST = 90, 180, 150
"""Columns of a title and of words in a section, and of what a lock screen shows."""
ESCAPED = 2
"""How many times longer than its columns a text may become by escaping."""
BULLET = "•"


def message(issue: Shown, reader: Reader) -> Rendered:
    """The whole message; its fallback says the most pressing thing."""
    return Rendered(
        gist(issue, reader), [*_first_screen(issue, reader), *_sections(issue, reader), _foot(issue, reader)]
    )


def gist(issue: Shown, reader: Reader) -> str:
    """What a lock screen shows: the week, how many things need one, and the first of them."""
    if issue.asks:
        first = f"{issue.asks[0].ask}: {issue.asks[0].key} {issue.asks[0].title}"
        said = reader.say("digest.first", needs=reader.say("digest.needs", n=issue.waiting), what=first)
    else:
        said = next((f"{part.name}: {_plainly(part.rows[0])}" for part in issue.parts), "")
    return cut_wide(f"{issue.title}: {said}", GIST)


def _plainly(row: Row) -> str:
    about = " ".join(part for part in (row.key, row.title) if part)
    return f"{about}: {row.words}" if about else row.words


def _first_screen(issue: Shown, reader: Reader) -> Iterator[Block]:
    yield blocks.header(issue.title)
    if issue.asks is None:
        return
    said = reader.say("digest.needs", n=issue.waiting) if issue.waiting else reader.say("digest.needs_none")
    yield blocks.section(blocks.bold(said))
    for ask in issue.asks:
        yield _asked(ask, LINES_OF_FEW if len(issue.asks) <= FEW else LINES, reader)
    if issue.asks_more:
        yield blocks.context(blocks.link(issue.inbox, reader.say("digest.needs_more", n=issue.asks_more)))
    if issue.parts:
        counts = [reader.say("digest.glance", section=part.name, n=part.count) for part in issue.parts]
        yield blocks.context(blocks.escape(" · ".join(counts)))


def _asked(ask: Ask, lines_of_it: int, reader: Reader) -> Block:
    """What is asked, about what, until when; a link only where it is decided elsewhere."""
    asked = cut_wide(ask.ask, 2 * BESIDE_BUTTON)
    room = lines_of_it - 1 - (width(asked) > BESIDE_BUTTON) - bool(ask.when)
    about = cut_wide(f"{ask.key} {ask.title}", room * BESIDE_BUTTON)
    lines = [blocks.bold(asked), blocks.escape(about), blocks.escape(ask.when)]
    press, words = ask.press, reader.say(ask.press.word)
    if press.here:
        button = blocks.button(words, press.action, press.value, style="primary")
    else:
        button = blocks.button(words, press.action, press.value, url=ask.address)
    return blocks.section("\n".join(line for line in lines if line), accessory=button)


def _sections(issue: Shown, reader: Reader) -> Iterator[Block]:
    for part in issue.parts:
        yield blocks.section("\n".join(_lines(part, reader)))


def _lines(part: Part, reader: Reader) -> Iterator[str]:
    yield blocks.bold(part.name)
    for row in part.rows:
        yield from _line(row)
    if part.more:
        yield blocks.link(part.address, reader.say("digest.more", n=part.more))


def _line(row: Row) -> Iterator[str]:
    if not row.key:
        yield f"{BULLET} {_bounded(row.words, WORDS)}"
        return
    yield f"{BULLET} {blocks.link(row.address, row.key)} {_bounded(row.title, TITLE)}"
    said = " ".join(part for part in (row.bar, _bounded(row.words, WORDS)) if part)
    if said:
        yield said


def _bounded(text: str, most: int) -> str:
    """User text that fits, escaped or not: a row of ampersands must not push a whole section out."""
    return cut_markup(blocks.escape(cut_wide(text, most)), ESCAPED * most)


def _foot(issue: Shown, reader: Reader) -> Block:
    web = blocks.link(issue.web, reader.say("digest.web"))
    if issue.asks is None:
        return blocks.context(f"{web} · {reader.say('digest.channel_settings')}")
    return blocks.context(f"{web} · {blocks.link(issue.settings, reader.say('digest.settings'))}")
