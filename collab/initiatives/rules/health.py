"""How the sides say it goes, and where they differ. What was said long ago says little: it is stale after some days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collab.initiatives.rules.moves import HEALTHS, SIDES

STALE_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Said:
    """What one lead said, when; `slot` as everywhere: 1 and 2 are the sides."""

    slot: int
    member: int
    health: str
    note: str | None
    at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Whether it was said too long ago to tell how it goes today."""
        return now - self.at > STALE_AFTER


@dataclass(frozen=True)
class Divergence:
    """The two sides see it differently: by how many steps (1 or 2), since when, and whether either spoke long ago."""

    steps: int
    since: datetime
    stale: bool


def latest(said: Iterable[Said]) -> dict[int, Said]:
    """By slot, what was said last."""
    return {one.slot: one for one in sorted(said, key=lambda one: one.at)}


def divergence(said: Sequence[Said], now: datetime) -> Divergence | None:
    """How far the two sides differ now, None where they agree or one has said nothing yet.

    `since` is the moment from which on they have differed without a break: what was said before and agreed does not count.
    """
    since: datetime | None = None
    standing: dict[int, Said] = {}
    for one in sorted(said, key=lambda one: one.at):
        if one.slot not in SIDES:
            continue
        standing[one.slot] = one
        differ = _steps(standing) > 0
        since = (since or one.at) if differ else None
    if since is None:
        return None
    return Divergence(_steps(standing), since, any(one.is_stale(now) for one in standing.values()))


def _steps(standing: dict[int, Said]) -> int:
    if len(standing) < len(SIDES):
        return 0
    first, second = (HEALTHS.index(standing[side].health) for side in SIDES)
    return abs(first - second)
