"""What other parts of the engine put on a card and behind its "more": two lists, filled at start-up.

`add_more(section)`: blocks for the "more" modal of a card. A section gets the card as it stands, its round, whoever
presses and how they read, and gives its blocks (none where it has nothing to offer this person now), usually one section
with a button: `blocks.section(words, accessory=blocks.button(label, ACTION, messages.value_of(chain.subject, seen)))`.
What its button opens is pushed on top (`Open`), what it says takes the modal's place (`Say`).

`add_lines(source)`: lines on the card itself (conditions set, what is still unanswered ...), in plain words of the
catalogue; they are escaped when they are shown. At most a few, one line each.

`add_mine(source)`: blocks below a card somebody looks up, with what waits for this very person beside the decision (to be
read, to be answered ...) and the buttons for it.

All are called in the order in which they were added; adding the same one again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from collab.approvals.messages import CardNow
from collab.approvals.queries import Chain
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.slack.blocks import Block

Section = Callable[[CardNow, Chain, Actor, Reader], Sequence[Block]]
Lines = Callable[[Chain, Actor | None, Reader], Sequence[str]]
Next = Callable[[Chain, Actor, Reader], Sequence[Block]]
Mine = Callable[[str, Actor, Reader], Sequence[Block]]
_SECTIONS: list[Section] = []
_LINES: list[Lines] = []
_NEXT: list[Next] = []
_MINE: list[Mine] = []


def add_more(section: Section) -> None:
    """Put a section behind every card's "more"."""
    if section not in _SECTIONS:
        _SECTIONS.append(section)


def add_lines(source: Lines) -> None:
    """Put lines on every card."""
    if source not in _LINES:
        _LINES.append(source)


def add_mine(source: Mine) -> None:
    """Put what waits for somebody below the cards they look up."""
    if source not in _MINE:
        _MINE.append(source)


def add_next(source: Next) -> None:
    """Put buttons beside the news that something is decided, for whoever goes on from there."""
    if source not in _NEXT:
        _NEXT.append(source)


def next_buttons(chain: Chain, actor: Actor, reader: Reader) -> list[Block]:
    """How it goes on for this person once it is decided."""
    return [button for source in _NEXT for button in source(chain, actor, reader)]


def more_sections(now: CardNow, chain: Chain, actor: Actor, reader: Reader) -> list[Block]:
    """What everybody offers this person about this card."""
    return [block for section in _SECTIONS for block in section(now, chain, actor, reader)]


def more_lines(chain: Chain, viewer: Actor | None, reader: Reader) -> list[str]:
    """What everybody says on this card."""
    return [line for source in _LINES for line in source(chain, viewer, reader)]


def what_is_mine(key: str, viewer: Actor, reader: Reader) -> list[Block]:
    """What waits for this person beside the decision."""
    return [block for source in _MINE for block in source(key, viewer, reader)]
