"""What Slack shows of a business review: what is asked of a side, until when, what the other side did. Words and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks

LOOK = "review.look"


@dataclass(frozen=True)
class ReviewNow:
    """A review as it stands for one reader. `office` is the office whose words are asked of them ("": nothing is, any more),
    `other` the other one, which has `written` or not."""

    key: str
    title: str
    address: str
    state: str
    freezes_at: datetime
    office: str = ""
    other: str = ""
    written: bool = False


def headline(now: ReviewNow, reader: Reader) -> str:
    """What is asked, or that nothing is any more."""
    if now.office:
        return reader.say("review.card.ask", title=now.title, office=now.office)
    return reader.say("review.card.frozen" if now.state == "frozen" else "review.card.written", title=now.title)


def card(now: ReviewNow, reader: Reader) -> Rendered:
    """The ask with its deadline; where it is answered."""
    line = headline(now, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if now.office:
        shown.append(blocks.section(blocks.escape(reader.say("review.page.words_hint"))))
        shown.append(blocks.context(blocks.escape(" · ".join(_facts(now, reader)))))
        write = blocks.button(reader.say("review.card.button"), LOOK, now.key, url=now.address, style="primary")
        shown.append(blocks.actions(write))
    return Rendered(f"{line} {now.key}", shown)


def line(now: ReviewNow, reader: Reader) -> str:
    """The card in few words."""
    due = f" · {blocks.escape(reader.say('review.card.until', at=now.freezes_at))}" if now.office else ""
    return f"{blocks.bold(headline(now, reader))}\n{_link(now)}{due}"


def _facts(now: ReviewNow, reader: Reader) -> list[str]:
    other = "review.card.other_written" if now.written else "review.card.other_missing"
    return [reader.say("review.card.until", at=now.freezes_at), reader.say(other, office=now.other)]


def _link(now: ReviewNow) -> str:
    return blocks.link(now.address, f"{now.key} {now.title}")
