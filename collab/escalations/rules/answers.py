"""How long departments take to answer each other: what is counted, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median

PAUSED = "question"
"""An ask whose clock stopped for a question goes on with the same key: it is one ask."""
FIRST, SECOND = "1", "2"
"""The two sides of a pair that is asked for by itself."""
WITHDRAWN = frozenset({"withdrawn", "dropped", "cancelled", "over"})
"""Ends that are no answer: nobody waits any more."""


@dataclass(frozen=True)
class Stretch:
    """One running of an ask's clock: which departments, how many business minutes of whoever was asked. `ended_at` None: it
    runs still."""

    key: str
    asker: str
    asked: str
    started_at: datetime
    due_at: datetime
    minutes: int
    ended_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Pair:
    """What one department asked of another in a time."""

    asker: str
    asked: str
    asks: int
    answered: int
    in_time: int
    median_minutes: int | None
    open: int
    oldest_open_at: datetime | None


def pairs(stretches: Iterable[Stretch]) -> list[Pair]:
    """Every pair of departments, by name."""
    by_key: dict[str, list[Stretch]] = defaultdict(list)
    for one in stretches:
        by_key[one.key].append(one)
    by_pair: dict[tuple[str, str], list[Sequence[Stretch]]] = defaultdict(list)
    for parts in by_key.values():
        parts.sort(key=lambda one: one.started_at)
        if parts[-1].reason not in WITHDRAWN:
            by_pair[parts[-1].asker, parts[-1].asked].append(parts)
    return [_pair(*names, by_pair[names]) for names in sorted(by_pair)]


def both_ways(stretches: Iterable[Stretch], one: Collection[str], other: Collection[str]) -> tuple[Pair, Pair]:
    """What one set of departments asked of another and the other way round, each set taken as one. The sets share nothing."""
    sides = {**dict.fromkeys(one, FIRST), **dict.fromkeys(other, SECOND)}
    between = [
        replace(part, asker=sides[part.asker], asked=sides[part.asked])
        for part in stretches
        if part.asker in sides and part.asked in sides and sides[part.asker] != sides[part.asked]
    ]
    found = {(pair.asker, pair.asked): pair for pair in pairs(between)}
    ways = ((FIRST, SECOND), (SECOND, FIRST))
    there, back = (found.get(way) or _pair(*way, ()) for way in ways)
    return there, back


def _pair(asker: str, asked: str, asks: Sequence[Sequence[Stretch]]) -> Pair:
    answered = [parts for parts in asks if _is_answered(parts[-1])]
    waiting = [parts[0].started_at for parts in asks if not _is_answered(parts[-1])]
    minutes = [sum(part.minutes for part in parts) for parts in answered]
    return Pair(
        asker, asked, len(asks), len(answered), sum(_was_in_time(parts[-1]) for parts in answered),
        round(median(minutes)) if minutes else None, len(waiting), min(waiting, default=None),
    )  # fmt: skip


def _is_answered(last: Stretch) -> bool:
    return last.ended_at is not None and last.reason != PAUSED


def _was_in_time(last: Stretch) -> bool:
    return last.ended_at is not None and last.ended_at <= last.due_at


def answered_keys(stretches: Iterable[Stretch]) -> dict[tuple[str, str], list[str]]:
    """What `pairs` counts as answered, by who asked whom: the key of the ask."""
    last: dict[str, Stretch] = {}
    for one in stretches:
        if one.key not in last or last[one.key].started_at < one.started_at:
            last[one.key] = one
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, one in sorted(last.items()):
        if one.reason not in WITHDRAWN and _is_answered(one):
            found[one.asker, one.asked].append(key)
    return found
