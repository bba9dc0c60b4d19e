"""Whom a comment concerns beside those it mentions: features say so for their own subjects, at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Listeners = Callable[[str], Iterable[int]]
"""The members (by id) who hear of every comment on a subject: its direct other sides, and nobody else."""

_listeners: dict[str, Listeners] = {}


def add_listeners(prefix: str, listeners: Listeners) -> None:
    """Say who hears of comments on the subjects whose keys begin with `prefix`; the last one counts."""
    _listeners[prefix] = listeners


def listeners_of(key: str) -> frozenset[int]:
    """Who hears of a comment on this subject once, bundled, without being mentioned."""
    listeners = _listeners.get(key.partition("-")[0])
    return frozenset(listeners(key)) if listeners else frozenset()
