"""What Slack shows of a change: who proposes what and why, what it was and becomes, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.wording import cut

LOOK = "control.look"
REASON, MOST_ROWS = 600, 8


@dataclass(frozen=True)
class ChangeNow:
    """A change as it stands for one reader; `asks` is whether they may confirm it, `due_at` by when they are asked to, `until`
    when it expires, `rows` what differs."""

    key: str
    state: str
    title: str
    by: str
    reason: str
    address: str
    due_at: datetime
    until: datetime
    from_on: date | None = None
    rows: Sequence[tuple[str, str, str]] = ()
    ended_by: str = ""
    comment: str = ""
    asks: bool = False


def headline(now: ChangeNow, reader: Reader, *, last: bool = False) -> str:
    """What is asked, or what became of it."""
    if now.state == "open" and now.asks:
        return reader.say("control.ask_last" if last else "control.ask")
    if now.state == "open":
        return reader.say("control.state.open")
    key = f"control.ended.{now.state}"
    return reader.say(key, who=now.ended_by or reader.say("control.nobody"))


def card(now: ChangeNow, reader: Reader, *, last: bool = False) -> Rendered:
    """The card of a change; what is asked leads to its page, where all of it is seen before anybody says yes."""
    line = headline(now, reader, last=last)
    facts = [(reader.say("control.page.by"), now.by), (reader.say("control.page.from"), when(now.from_on, reader))]
    if now.state == "open":
        facts.append((reader.say("control.page.until"), reader.moment(now.due_at if now.asks else now.until)))
    shown = [
        blocks.section(f"{blocks.bold(line)}\n{blocks.link(now.address, f'{now.key} {cut(now.title, 200)}')}"),
        blocks.facts(facts),
        *([blocks.section("\n".join(_row(row) for row in now.rows[:MOST_ROWS]))] if now.rows else []),
        blocks.quotation(now.reason, REASON),
    ]
    if now.comment:
        shown.append(blocks.quotation(now.comment, REASON))
    if now.state == "open" and now.asks:
        look = blocks.button(reader.say("control.look"), LOOK, now.key, url=now.address, style="primary")
        shown.append(blocks.actions(look))
        shown.append(blocks.context(blocks.escape(reader.say("control.expires", until=now.until))))
    return Rendered(f"{line}: {now.key} {cut(now.title, 200)}", shown)


def when(from_on: date | None, reader: Reader) -> str:
    """From which day it counts."""
    return reader.day(from_on) if from_on else reader.say("control.at_once")


def line(now: ChangeNow, reader: Reader) -> str:
    """The change in one line of a bundle."""
    about = blocks.link(now.address, f"{now.key} {cut(now.title, 150)}")
    return f"{blocks.bold(headline(now, reader))}\n{about}"


def _row(row: tuple[str, str, str]) -> str:
    label, before, after = (blocks.escape(cut(part, 200)) for part in row)
    return f"{label}: {before or '–'} → {blocks.bold(after or '–')}"
