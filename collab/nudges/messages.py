"""What a reminder and the answers about reminders say, and their rows for the API. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.nudges.rules.habits import Attention, Habits
from collab.nudges.rules.times import said_time
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

LOOK, PAGE, ALL = "inbox.look", "inbox.page", "all"


@dataclass(frozen=True)
class Item:
    """One thing somebody is reminded of: what is asked, about what, by whom, how late or until when, where.

    `decide`: it is decided in Slack itself, from its card.
    """

    key: str
    ask: Text
    title: str
    address: str
    by: str
    when: Text | None
    decide: bool


@dataclass(frozen=True)
class Reminder:
    """Everything a reminder shows: `more` is how many things are not among its items."""

    items: tuple[Item, ...]
    more: int
    late: int
    inbox: str
    habits: str

    @property
    def count(self) -> int:
        """How many things it is about."""
        return len(self.items) + self.more


def reminder(now: Reminder, reader: Reader) -> Rendered:
    """One message: how many things, each with what is asked, how late or until when, and a button; and thanks."""
    title = reader.say("nudge.title", n=now.count)
    shown = [blocks.header(title), blocks.section(blocks.escape(_opening(now, reader)))]
    for item in now.items:
        shown += _item(item, reader)
    if now.more:
        every = blocks.button(reader.say("nudge.more", n=now.more), PAGE, ALL, url=now.inbox)
        shown.append(blocks.actions(every))
    habits = blocks.button(reader.say("nudge.change"), "nudge.page", "habits", url=now.habits)
    shown.append(blocks.section(blocks.escape(reader.say("nudge.thanks")), accessory=habits))
    return Rendered(f"{title} {_gist(now, reader)}".strip(), shown)


def _opening(now: Reminder, reader: Reader) -> str:
    if now.late == now.count:
        return reader.say("nudge.opening_all_late", n=now.count)
    return reader.say("nudge.opening_late", n=now.late) if now.late else reader.say("nudge.opening")


def _gist(now: Reminder, reader: Reader) -> str:
    """What a phone's lock screen shows after the number: the most pressing thing."""
    first = now.items[0]
    return cut(f"{reader.say(first.ask)}: {first.key} {first.title}", 150)


def _item(item: Item, reader: Reader) -> Iterable[Block]:
    about = blocks.link(item.address, cut(f"{item.key} {item.title}", 200))
    if item.decide:
        look = blocks.button(reader.say("nudge.look"), f"{LOOK}:{item.key}", item.key)
    else:
        look = blocks.button(reader.say("nudge.look"), f"{PAGE}:{item.key}", item.key, url=item.address)
    yield blocks.section(f"{blocks.bold(reader.say(item.ask))}\n{about}", accessory=look)
    facts = [reader.say(item.when) if item.when else "", item.by]
    if any(facts):
        yield blocks.context(blocks.escape(" · ".join(fact for fact in facts if fact)))


def habit_lines(habits: Habits, zone: str, reader: Reader) -> list[str]:
    """How somebody is told things, in whole sentences: the daily reminder, quiet time, and what comes in spite of it."""
    key = "nudge.habits.daily" if habits.daily else "nudge.habits.no_daily"
    mail = [reader.say("nudge.habits.by_mail")] if habits.by_mail else []
    return [reader.say(key, at=said_time(habits.at), zone=zone), *quiet_lines(habits, zone, reader), *mail]


def quiet_lines(habits: Habits, zone: str, reader: Reader) -> list[str]:
    """When somebody is not disturbed, and by what all the same."""
    if habits.quiet:
        said = reader.say("nudge.habits.quiet", **_window(habits.quiet), zone=zone)
        return [said, reader.say("nudge.habits.still_comes")]
    if habits.news_quiet:
        said = reader.say("nudge.habits.news_quiet", **_window(habits.news_quiet), zone=zone)
        return [said, reader.say("nudge.habits.asks_come")]
    return [reader.say("nudge.habits.never_quiet")]


def _window(window: Any) -> dict[str, str]:
    return {"starts": said_time(window.starts), "ends": said_time(window.ends)}


def habits_out(habits: Habits, asked: int, budget: int, week: str) -> dict[str, Any]:
    """The same for the API, with how often somebody was asked to act this week."""
    quiet = (
        {name: said_time(getattr(habits.quiet, at)) for name, at in (("from", "starts"), ("until", "ends"))}
        if habits.quiet
        else None
    )
    return {
        "reminder": {"daily": habits.daily, "at": said_time(habits.at), "own": habits.own_at is not None},
        "quiet": quiet, "by_mail": habits.by_mail, "week": week, "asked": asked, "budget": budget,
    }  # fmt: skip


def attention_out(rows: Sequence[Attention], budget: int) -> list[dict[str, Any]]:
    """How often people were asked to act, for the API."""
    return [
        {
            "member": one.member.email, "name_en": one.member.name_en, "name_ja": one.member.name_ja,
            "offices": list(one.member.offices), "leads": list(one.member.leads),
            "asked": one.asked, "reminded": one.reminded, "budget": budget,
        }
        for one in rows
    ]  # fmt: skip
