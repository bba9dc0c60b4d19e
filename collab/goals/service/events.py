"""What happened to a goal, for whoever reacts to it inside the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor


@dataclass(frozen=True)
class GoalMoved:
    """A verb of a goal's life was done."""

    key: str
    verb: str
    actor: Actor | None
    at: datetime


@dataclass(frozen=True)
class PromiseBroken:
    """What customers experience fell where a promise must never be; `metric` is the metric's id."""

    key: str
    metric: int
    at: datetime
