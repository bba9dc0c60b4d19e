"""How a member is told things, and how often they were asked to act."""

from __future__ import annotations

from dataclasses import dataclass

from collab.kernel.actor import Actor
from collab.nudges.rules.times import Window


@dataclass(frozen=True)
class Habits:
    """How a member is told things: `at` is the minute of their day, `own_at` the one they chose themselves.

    `quiet` holds everything but what is urgent; `news_quiet`, the company's own, only what asks nobody to act. `by_mail`: what asks
    them to act, and the digest, come by mail rather than in Slack.
    """

    daily: bool
    at: int
    own_at: int | None
    quiet: Window | None
    news_quiet: Window | None
    by_mail: bool = False


@dataclass(frozen=True)
class Attention:
    """How often one member was asked to act in a week, and on how many days they were reminded of it."""

    member: Actor
    asked: int
    reminded: int
