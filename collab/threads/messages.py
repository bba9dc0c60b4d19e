"""What Slack shows of a conversation: the news of a comment, and where one is written. Words and blocks, no I/O."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.threads.rules.comments import BODY

SEND, REPLY, PAGE = "thread.send", "thread.reply", "thread.page"
QUOTED, ON_A_LINE = 600, 120
LONGEST_TYPED = 3000
"""Slack's own limit for a field of a modal; the page takes more."""
_ACCOUNT = re.compile(r"<@([A-Z0-9]+)(?:\|([^<>]*))?>")
_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class News:
    """A comment as somebody is told of it; `how` is mentioned or told."""

    how: str
    key: str
    comment: int
    title: str
    address: str
    who: str
    body: str
    files: int


def told(news: News, reader: Reader, *, may_reply: bool) -> Rendered:
    """Who said what about which subject, and a way to answer there and then."""
    line = _head(news, reader)
    head = f"{blocks.bold(line)}\n{blocks.link(news.address, cut(f'{news.key} {news.title}', 200))}"
    shown = [blocks.section(head)]
    if news.body:
        shown.append(blocks.quotation(news.body, QUOTED))
    if news.files:
        shown.append(blocks.context(blocks.escape(reader.say("thread.slack.files", n=news.files))))
    page = blocks.button(reader.say("thread.slack.open"), PAGE, news.key, url=news.address)
    reply = blocks.button(reader.say("thread.slack.reply"), REPLY, f"{news.key}:{news.comment}")
    shown.append(blocks.actions(*([reply] if may_reply else []), page))
    return Rendered(f"{line}: {news.key} {news.title}", shown)


def told_line(news: News, reader: Reader) -> str:
    """The same in a line of a bundle."""
    about = blocks.link(news.address, cut(f"{news.key} {news.title}", 150))
    said = blocks.escape(cut(" ".join(news.body.split()), ON_A_LINE))
    return "\n".join([blocks.bold(_head(news, reader)), " · ".join(part for part in (about, said) if part)])


def write_modal(key: str, title: str, reader: Reader, *, answered: str = "", reply_to: int | None = None) -> Block:
    """Where a comment is written; `answered` is what it replies to."""
    field = blocks.text_input(BODY, longest=LONGEST_TYPED, lines=True)
    top = [blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}")]
    quoted = [blocks.quotation(answered, QUOTED)] if answered else []
    entry = blocks.entry(BODY, reader.say("thread.field.body"), field, hint=reader.say("thread.slack.hint"))
    return blocks.modal(
        SEND, reader.say("thread.slack.title"), [*top, *quoted, entry], close=reader.say("slack.cancel"),
        submit=reader.say("thread.slack.send"), data={"key": key, "reply_to": reply_to},
    )  # fmt: skip


def plain(text: str, address_of: Callable[[str], str | None]) -> str:
    """What somebody typed after a command, as they meant it: an account becomes `@` and its member's address, a link its
    target; then no mark of Slack's is left."""

    def person(mark: re.Match[str]) -> str:
        return f"@{address_of(mark[1]) or mark[2] or mark[1]}"

    named = _ACCOUNT.sub(person, text)
    return html.unescape(_MARKED.sub(lambda mark: mark[1] or mark[2] or "", named))


def _head(news: News, reader: Reader) -> str:
    return reader.say(f"thread.slack.{news.how}", who=news.who)
