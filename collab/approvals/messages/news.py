"""News of an approval: who did what, what was said, who is next. Each verb in words of its own."""

from __future__ import annotations

from dataclasses import dataclass

from collab.approvals.messages.card import line, quoted
from collab.approvals.messages.picture import CardNow, waiting_seats
from collab.approvals.messages.seats import stage_words, waiting_line
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.wording import cut


@dataclass(frozen=True)
class News:
    """What happened: by whom in person, in whose place, with which words; `yours` is whether it was the reader's seat."""

    verb: str
    by: str
    comment: str = ""
    holder: str = ""
    opinion: str = ""
    stage: str = ""
    step: str = ""
    until: str = ""
    conditions: int = 0
    yours: bool = False


def told(now: CardNow, reader: Reader, *, verb: str, by: str, comment: str | None = None, news: News | None = None) -> Rendered:  # fmt: skip
    """News for the requester, for whoever was replaced, for whoever else the verb tells."""
    happened = news or News(verb, by, comment or "")
    said = news_line(now, reader, happened)
    head = f"{blocks.bold(said)}\n{blocks.link(now.address, cut(f'{now.key} {now.face.title}', 200))}"
    shown = [blocks.section(head), *quoted(happened.comment)]
    if happened.yours:
        shown.append(blocks.context(blocks.escape(reader.say("approval.told.yours"))))
    if happened.conditions:
        shown.append(blocks.context(blocks.escape(reader.say("approval.told.conditions", n=happened.conditions))))
    waiting = waiting_seats(now.steps)
    if waiting:
        shown.append(blocks.context(blocks.escape(waiting_line(waiting, reader))))
    if happened.verb == "return" and not happened.step and not happened.yours:
        label = reader.say("approval.button.mend")
        shown.append(blocks.actions(blocks.button(label, "approval.page", now.key, url=now.address, style="primary")))
    return Rendered(f"{said} {now.face.title}", shown)


def told_line(now: CardNow, reader: Reader, *, verb: str, by: str, news: News | None = None) -> str:
    """The news in few words: who did what to which request."""
    return line(news_line(now, reader, news or News(verb, by)), now)


def news_line(now: CardNow, reader: Reader, news: News) -> str:
    """Who did what to which request, in one sentence."""
    who = reader.say("approval.card.instead", name=news.by, other=news.holder) if news.holder else news.by
    said = {
        "who": who,
        "key": now.key,
        "step": news.step,
        "until": news.until,
        "stage": stage_words(news.stage, reader),
    }
    word = (
        f"{news.verb}_{news.opinion}"
        if news.opinion
        else f"{news.verb}_step"
        if news.step and news.verb == "return"
        else news.verb
    )
    return reader.say(Text(f"approval.told.{word}", said))
