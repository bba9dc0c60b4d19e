"""In-transaction hooks: how news goes *up* the house without an upward import.

A lower feature declares an event (a frozen dataclass) and emits it inside its transaction; features above
register at start-up. A reaction that raises undoes the whole transaction, on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def on(event: type[E], react: Callable[[E], None]) -> None:
    """Call `react` whenever `event` is emitted. Registering twice is once."""
    if react not in _listeners[event]:
        _listeners[event].append(react)


def emit(event: object) -> None:
    """Tell everybody who registered, in the order of registration, inside the open transaction."""
    for react in _listeners[type(event)]:
        react(event)
