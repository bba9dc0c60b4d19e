"""A wait that nobody ended in time, and its words: for cards and pages alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import get_timezone_location

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader

TAKE, PAGE = "escalation.take", "escalation.page"
DONE = "✓"
OPEN = frozenset({"waiting", "climbing", "acknowledged", "exhausted"})
TAKEABLE = frozenset({"climbing", "exhausted"})
TITLE, VALUE, MOST_FACTS, MOST_BEFORE, MOST_LINES = 200, 300, 6, 4, 12


@dataclass(frozen=True)
class Waited:
    """How long something has waited where somebody works: in business days there, within one in open minutes. Without a
    zone, nobody's hours count (a brand incident): `minutes` simply passed."""

    zone: str
    days: int
    minutes: int


@dataclass(frozen=True)
class Before:
    """Somebody who was asked or told before, and when; `why` as words."""

    who: Any
    why: Text
    at: datetime


@dataclass(frozen=True)
class Stalled:
    """A wait that nobody ended in time, as it stands; names are things with `name_en` and `name_ja`, or None.

    `title` is empty where not every reader may see the subject: then there are no facts either. `taken_by` sees to it until
    `until`; `ended` says what became of it. `newer`: its readers have a newer card about it.
    """

    id: int
    key: str
    title: str
    address: str
    waits: Text
    state: str
    due_at: datetime
    late: Any = None
    late_side: Any = None
    other: Any = None
    other_side: Any = None
    waited: tuple[Waited, ...] = ()
    facts: tuple[tuple[Text, Any], ...] = ()
    before: tuple[Before, ...] = ()
    newer: bool = False
    taken_by: Any = None
    until: datetime | None = None
    owner: Any = None
    ended: Text | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether anybody still waits."""
        return self.state in OPEN

    @property
    def may_take(self) -> bool:
        """Whether it helps that somebody says they see to it."""
        return self.state in TAKEABLE and self.taken_by is None and not self.newer


def headline(now: Stalled) -> Text:
    """What is wrong, in a line."""
    if not now.is_open:
        return now.ended or Text("escalation.ended.other")
    late = side_of(now.late, now.late_side)
    if late is None:
        return Text("escalation.card.nobody_late", {"waits": now.waits})
    return Text("escalation.card.stalled", {"waits": now.waits, "late": late})


def side_of(who: Any, side: Any) -> Text | None:
    """A person with their department; only one of the two where the other is unknown."""
    if who is None or side is None:
        only = who or side
        return None if only is None else Text("escalation.person.alone", {"who": only})
    return Text("escalation.person.of", {"who": who, "side": side})


def waited_line(waited: Sequence[Waited], reader: Reader) -> str:
    """How long it has waited, on each side's own calendar: "3 business days in Tokyo, 2 business days in London"."""
    if len({one.zone for one in waited}) < 2:
        return span(waited[0], reader) if waited else ""
    each = [reader.say("escalation.span.at", span=span(one, reader), place=place(one.zone, reader)) for one in waited]
    return reader.say("list.comma").join(each)


def span(one: Waited, reader: Reader) -> str:
    """A length of waiting."""
    if one.days:
        return reader.say("escalation.span.days", n=one.days)
    kind = "open" if one.zone else "any"
    hours, minutes = divmod(one.minutes, 60)
    size = "minutes" if not hours else "hours" if minutes else "full"
    return reader.say(f"escalation.span.{kind}_{size}", hours=hours, n=minutes)


def place(zone: str, reader: Reader) -> str:
    """The city a zone is named after."""
    return get_timezone_location(zone, locale=reader.locale, return_city=True)


def standing(now: Stalled) -> Text | None:
    """Who sees to it, or that nobody will be reminded any more."""
    if now.state == "acknowledged" and now.taken_by is not None:
        return Text("escalation.card.taken", {"who": now.taken_by, "until": now.until})
    if now.state == "exhausted":
        known = now.owner is not None
        return Text("escalation.card.owned", {"who": now.owner}) if known else Text("escalation.card.exhausted")
    return None


def ask(now: Stalled) -> Text:
    """What a superior is asked, in their inbox."""
    if now.state == "exhausted":
        return Text("escalation.ask.exhausted", {"waits": now.waits})
    late = side_of(now.late, now.late_side)
    if late is None:
        return Text("escalation.ask.nobody_late", {"waits": now.waits})
    return Text("escalation.ask.stalled", {"waits": now.waits, "late": late})
