"""Which decisions of the last round stand when a request that was sent back is submitted again unchanged in what matters.

A yes stands for the same person in the same step, before (or beside) the step that sent it back. Whoever sent it back is
asked again, and so is everybody after; two keys stand together or not at all; nothing is ever decided by what stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.approvals.rules.progress import (
    ANSWERED,
    APPROVED,
    PLANNED,
    RETURNED,
    WAITING,
    SeatNow,
    StepNow,
    earlier,
    settle,
    spec_of,
)

POSITIVE = frozenset({APPROVED, ANSWERED})
Place = tuple[int, int]
"""A seat of the new round: its step and its position there, both from 0."""


@dataclass(frozen=True)
class Decided:
    """A seat of the last round; `by` is who decided on it in person, `again` whether they may still do so."""

    id: int
    step: int
    member: int
    state: str
    by: int
    entitled: bool = True


@dataclass(frozen=True)
class Wanted:
    """A seat of the new round."""

    step: int
    position: int
    member: int
    veto: bool = False

    @property
    def place(self) -> Place:
        """Where it stands."""
        return (self.step, self.position)


def standing(
    before: Mapping[str, Any], said: Sequence[Decided], after: Mapping[str, Any], wanted: Sequence[Wanted]
) -> dict[Place, int]:
    """The seats of the new round that take over a decision, each with the seat of the last round it was taken on.

    `before` and `after` are the frozen routes. Empty where nobody sent it back, or where that step is not asked any more.
    """
    twins = _twins(before, after)
    returned = next((seat.step for seat in said if seat.state == RETURNED), None)
    if returned is None or returned not in twins:
        return {}
    old, new, again = spec_of(before), spec_of(after), twins[returned]
    found = {
        seat.place: decided.id
        for decided in said
        if decided.state in POSITIVE and decided.entitled and _upstream(old, decided.step, returned)
        for seat in wanted
        if seat.step == twins.get(decided.step) and seat.member == decided.member and _upstream(new, seat.step, again)
    }
    kept = _whole_keys(new, wanted, found)
    return kept if _asks_again(new, wanted, kept, said, again) else {}


def _twins(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[int, int]:
    """Each step of the last round and the same one of the new round; a step added by hand has none."""
    there = {name: number for number, name in _named(after)}
    return {number: there[name] for number, name in _named(before) if name in there}


def _named(route: Mapping[str, Any]) -> Iterable[tuple[int, tuple[Any, ...]]]:
    """Steps by what makes them the same, the first of that name apart from the second."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for number, step in enumerate(route["steps"]):
        if step.get("added_by"):
            continue
        name = (step["name_en"], step["kind"], step["keys"])
        seen[name] += 1
        yield number, (*name, seen[name])


def _upstream(steps: Sequence[StepNow], one: int, other: int) -> bool:
    """Whether a step is through before the other opens, or runs beside it in another branch."""
    beside = steps[one].block == steps[other].block and steps[one].branch != steps[other].branch
    return beside or one in earlier(steps, other)


def _whole_keys(steps: Sequence[StepNow], wanted: Sequence[Wanted], found: dict[Place, int]) -> dict[Place, int]:
    """Keys stand together, or are turned together again."""
    broken = {seat.step for seat in wanted if steps[seat.step].keys and seat.place not in found}
    return {place: seat for place, seat in found.items() if place[0] not in broken}


def _asks_again(
    steps: Sequence[StepNow], wanted: Sequence[Wanted], kept: Mapping[Place, int], said: Sequence[Decided], again: int
) -> bool:
    """Whether whoever sent it back is asked again: without that, nothing is taken over at all."""
    states = {decided.id: decided.state for decided in said}
    seats = [
        SeatNow(number, seat.step, seat.member, states[kept[seat.place]] if seat.place in kept else PLANNED, seat.veto)
        for number, seat in enumerate(wanted)
    ]
    settled = settle(steps, seats)
    mine = {settled.states.get(seat.id) for seat in seats if seat.step == again}
    return settled.end is None and bool(mine) and mine <= {WAITING, PLANNED}
