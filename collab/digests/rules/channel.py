"""What a channel's issue tells: facts about things everybody may see. No amounts, nobody by name: departments only.

Gathered as `ChannelFacts`, kept as any other content: sections `divergence`, `blocker`, `answers`, `goals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from collab.digests.rules.content import Content, Item, Named, Section, encode
from collab.kernel.errors import Text

HOUR = 60


@dataclass(frozen=True)
class Divergence:
    """A goal two departments see differently: how many percent confident each is."""

    key: str
    title: str
    path: str
    one: Named
    one_confidence: int
    other: Named
    other_confidence: int

    @property
    def points(self) -> int:
        """How far they are apart, in percentage points."""
        return abs(self.one_confidence - self.other_confidence)


@dataclass(frozen=True)
class Blocker:
    """What one department has waited for another longest: a task or a question, since when."""

    key: str
    title: str
    path: str
    asked_by: Named
    waits_on: Named
    since: datetime


@dataclass(frozen=True)
class AnswerTime:
    """How long `to` usually took in the week to answer what `by` asked: the median in business minutes, of `n` answers."""

    by: Named
    to: Named
    minutes: int
    n: int


@dataclass(frozen=True)
class GoalAtRisk:
    """A goal at risk at the end of the week: its status (at_risk, off_track), and its progress then and a week before in
    percent (None: not known)."""

    key: str
    title: str
    path: str
    status: str
    was: int | None = None
    now: int | None = None


@dataclass(frozen=True)
class ChannelFacts:
    """What was found, the most telling first; `content` keeps five of each and counts the rest."""

    divergence: tuple[Divergence, ...] = ()
    blocker: Blocker | None = None
    answers: tuple[AnswerTime, ...] = ()
    goals: tuple[GoalAtRisk, ...] = ()

    @property
    def content(self) -> Content:
        """As an issue holds it."""
        return Content(tuple(section for section in self._sections() if section.items))

    def _sections(self) -> Iterator[Section]:
        yield Section.of("divergence", [_diverged(row) for row in self.divergence])
        yield Section.of("blocker", [_blocked(self.blocker)] if self.blocker else [])
        yield Section.of("answers", [_answered(row) for row in self.answers])
        yield Section.of("goals", [_at_risk(row) for row in self.goals])


def _diverged(row: Divergence) -> Item:
    args = {
        "one": row.one,
        "a": row.one_confidence,
        "other": row.other,
        "b": row.other_confidence,
        "points": row.points,
    }
    return Item(row.key, row.title, row.path, "channel.diverged", encode(args))


def _blocked(row: Blocker) -> Item:
    args = {"by": row.asked_by, "on": row.waits_on, "since": row.since}
    return Item(row.key, row.title, row.path, "channel.blocked", encode(args))


def _answered(row: AnswerTime) -> Item:
    """A fact about two departments, of no one subject."""
    args = {"by": row.by, "to": row.to, "time": span(row.minutes)}
    if row.n == 1:
        return Item("", "", "", "channel.answered_once", encode(args))
    return Item("", "", "", "channel.answered", encode({**args, "n": row.n}))


def span(minutes: int) -> Text:
    """A length of business time in words: minutes below an hour, then hours."""
    return (
        Text("digest.hours", {"n": round(minutes / HOUR)})
        if minutes >= HOUR
        else Text("digest.minutes", {"n": minutes})
    )


def _at_risk(row: GoalAtRisk) -> Item:
    if row.was is None or row.now is None:
        return Item(row.key, row.title, row.path, f"channel.{row.status}")
    if row.was == row.now:
        return Item(row.key, row.title, row.path, f"channel.{row.status}_still", {"now": row.now})
    return Item(row.key, row.title, row.path, f"channel.{row.status}_moved", {"was": row.was, "now": row.now})
