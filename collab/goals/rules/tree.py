"""The shape of the goal tree: several parents, no cycles, shares that never add up to more than the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from collab.goals.rules.rolling import ALL

CONTRIBUTE, SUPPORT = "contribute", "support"
"""A child that contributes makes up its parent's progress by its share; one that supports is only shown."""

DEEPEST = 12
"""How many levels a tree may have: nobody reads more, and every walk ends."""


@dataclass(frozen=True)
class Tie:
    """One parent of a child."""

    parent: int
    kind: str = CONTRIBUTE
    share: int | None = ALL


def share_of_all(ties: Iterable[Tie]) -> int:
    """How much of a child its parents take together, in per cent."""
    return sum(tie.share or 0 for tie in ties if tie.kind == CONTRIBUTE)


def closes_cycle(child: int, parents: Iterable[int], ancestors: Mapping[int, Iterable[int]]) -> list[int]:
    """Which of `parents` are the child itself or among its descendants. `ancestors` has, for each parent, all above it."""
    return [parent for parent in parents if parent == child or child in set(ancestors.get(parent, ()))]


def upwards(edges: Iterable[tuple[int, int]]) -> Sequence[int]:
    """Goals so ordered that each comes after all its children. `edges` are (child, parent). Raises graphlib.CycleError."""
    order: TopologicalSorter[int] = TopologicalSorter()
    for child, parent in sorted(edges):
        order.add(parent, child)
    return tuple(order.static_order())
