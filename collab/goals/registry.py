"""What features above have to say on the page of a goal: a registry, filled at start-up, because goals know none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from collab.kernel.actor import Actor
from collab.kernel.errors import Text


@dataclass(frozen=True)
class Warn:
    """One warning: what is wrong, and where that is mended."""

    said: Text
    path: str
    look: Text


WarningsOf = Callable[[Actor, Iterable[int]], Mapping[int, Sequence[Warn]]]
"""Of these goals, by number, the warnings a viewer may read."""
_sources: dict[str, WarningsOf] = {}


def add_warnings(name: str, warnings: WarningsOf) -> None:
    """Let a feature warn on the pages of goals. The last one under a name wins."""
    _sources[name] = warnings


def warnings_for(viewer: Actor, goal: int) -> list[Warn]:
    """Every warning about one goal that the viewer may read."""
    return [one for source in _sources.values() for one in source(viewer, [goal]).get(goal, ())]
