"""An issue in its reader's words, before it is laid out for Slack, a letter or a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from collab.digests.messages.titles import title
from collab.digests.rules.bars import arrow, drawn
from collab.digests.rules.content import Content, Item, Section
from collab.digests.rules.needs import Need, Needs
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.nudges.rules.presses import Press, press_of

Address = Callable[[str], str]
"""A path of ours as its reader follows it: whole in Slack and mail, as it is on a page."""
SETTINGS, INBOX = "/me/digest", "/"
ASKED_TOO = frozenset({"tasks", "obligations"})
"""Sections that tell of what may need the reader, too."""


@dataclass(frozen=True)
class Ask:
    """One thing that needs the reader: what is asked, about what, until when in their zone, and its button."""

    key: str
    ask: str
    title: str
    when: str
    by: str
    late: bool
    address: str
    press: Press


@dataclass(frozen=True)
class Row:
    """One line of a section: about what (nothing: a fact of departments), what is said of it, and how far a goal was and is, in
    percent."""

    key: str
    title: str
    words: str
    address: str
    moved: tuple[float, float] | None = None

    @property
    def bar(self) -> str:
        """Which way it went and how far it is, drawn with letters."""
        return drawn(*self.moved) if self.moved else ""

    @property
    def arrow(self) -> str:
        """Which way it went."""
        return arrow(*self.moved) if self.moved else ""

    @property
    def said(self) -> str:
        """The bar and the words."""
        return f"{self.bar} {self.words}".strip()


@dataclass(frozen=True)
class Part:
    """One section: its name, its lines, how many more there are and where the issue on the web has it."""

    code: str
    name: str
    rows: tuple[Row, ...]
    more: int
    address: str

    @property
    def count(self) -> int:
        """How many things it is about."""
        return len(self.rows) + self.more


@dataclass(frozen=True)
class Shown:
    """A whole issue. `asks` are None in a channel's, where nobody in particular is asked."""

    title: str
    asks: tuple[Ask, ...] | None
    asks_more: int
    parts: tuple[Part, ...]
    web: str
    settings: str
    inbox: str

    @property
    def waiting(self) -> int:
        """How many things need the reader."""
        return len(self.asks or ()) + self.asks_more

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.waiting and not self.parts


@dataclass(frozen=True)
class Frame:
    """What an issue is shown in: which week, for whom, when, at which addresses; `channel` names the channel it is for. What is
    late is late `as_of` the moment the issue was first said.
    """

    week: str
    reader: Reader
    now: datetime
    address: Address
    path: str
    channel: str = ""
    first_said_at: datetime | None = None

    @property
    def as_of(self) -> datetime:
        """When the issue was first said; now, if this is the first time."""
        return self.first_said_at or self.now

    @property
    def title(self) -> str:
        """What the issue is called."""
        return title(self.week, self.reader, day_in(self.now, self.reader.zone).year, self.channel)


def shown(content: Content, needs: Needs | None, frame: Frame) -> Shown:
    """The issue in words; what may not be seen was left out before."""
    content = _untold(content, needs)
    return Shown(
        title=frame.title,
        asks=None if needs is None else tuple(_ask(need, frame) for need in needs.items),
        asks_more=needs.more if needs else 0,
        parts=tuple(_part(section, frame) for section in content.sections if section.items),
        web=frame.address(frame.path), settings=frame.address(SETTINGS), inbox=frame.address(INBOX),
    )  # fmt: skip


def _untold(content: Content, needs: Needs | None) -> Content:
    """What needs the reader is not told again as something that falls due, or waits between departments."""
    told = {need.key for need in needs.items} if needs else set()
    return Content(tuple(
        replace(one, items=tuple(item for item in one.items if item.key not in told)) if one.code in ASKED_TOO else one
        for one in content.sections
    ))  # fmt: skip


def _ask(need: Need, frame: Frame) -> Ask:
    late = need.due_at is not None and need.due_at < frame.as_of
    return Ask(
        key=need.key, ask=frame.reader.say(need.ask), title=need.title, when=_when(need.due_at, frame), late=late,
        by=frame.reader.name(need.by), address=frame.address(need.path), press=press_of(need.key, need.actions),
    )  # fmt: skip


def _when(due_at: datetime | None, frame: Frame) -> str:
    """Until when in the reader's zone, or how late it was when the issue was first said: said again, it is the same."""
    if due_at is None:
        return ""
    if due_at < frame.as_of:
        time = frame.reader.ago(due_at, frame.as_of)
        return frame.reader.say("digest.late", time=time.replace(" ", "") if frame.reader.locale == "ja" else time)
    return frame.reader.say("digest.due", at=due_at)


def _part(section: Section, frame: Frame) -> Part:
    rows = tuple(_row(item, frame) for item in section.items)
    address = frame.address(f"{frame.path}#{section.code}")
    return Part(section.code, frame.reader.say(f"digest.section.{section.code}"), rows, section.more, address)


def _row(item: Item, frame: Frame) -> Row:
    address = frame.address(item.path) if item.path else ""
    return Row(item.key, item.title, frame.reader.say(item.said), address, _moved(item))


def _moved(item: Item) -> tuple[float, float] | None:
    was, now = item.args.get("was"), item.args.get("now")
    return (was, now) if isinstance(was, int | float) and isinstance(now, int | float) else None
