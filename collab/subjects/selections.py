"""What stands behind a figure: a page that counts tells how its rows are found again, and every list can show exactly those.

A list whose address says `?figure=CODE&of=WHICH` shows the rows that figure counted, as far as its reader may see them now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor
from collab.kernel.errors import Text


@dataclass(frozen=True)
class Selection:
    """The keys a figure counted, what it says in words, and the page it stands on."""

    keys: frozenset[str]
    label: Text
    back: str


Resolve = Callable[[Actor, str, datetime], Selection | None]
"""The rows behind one figure, for this reader now; None where there is no such figure. Raises NotAllowed."""
_figures: dict[str, Resolve] = {}


def add_figure(code: str, resolve: Resolve) -> None:
    """Let a page that counts say what stands behind one kind of its figures."""
    _figures[code] = resolve


def find_selection(viewer: Actor, code: str, of: str, now: datetime) -> Selection | None:
    """What an address asks for; None where it asks for nothing we know. Raises NotAllowed."""
    resolve = _figures.get(code)
    return resolve(viewer, of, now) if resolve else None


def list_figures() -> tuple[str, ...]:
    """The codes of every kind of figure that is known."""
    return tuple(sorted(_figures))
