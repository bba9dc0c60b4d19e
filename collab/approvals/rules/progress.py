"""How a round moves on. A verb changes what has been decided; `settle` says what follows for everybody else.

Steps of one `block` run side by side, each `branch` of it in order; the block's `join` says how many branches must be
through. What is open is never kept, it is computed from the decisions: taking one back, sending back to an earlier step or
asking again needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

PLANNED, WAITING, APPROVED, RETURNED, REJECTED, ANSWERED, PASSED, LIFTED, CLOSED = (
    "planned", "waiting", "approved", "returned", "rejected", "answered", "passed", "lifted", "closed",
)  # fmt: skip
DECIDED = frozenset({APPROVED, RETURNED, REJECTED, ANSWERED})
THROUGH = frozenset({APPROVED, ANSWERED, LIFTED})
"""A seat that holds its step up no longer: decided with yes, answered with an opinion, or approved over."""
FIXED = DECIDED | {LIFTED}
ENDS = {"return": "returned", "reject": "rejected", "withdraw": "withdrawn", "revoke": "revoked"}
ROUND_STATES = ("pending", "approved", *ENDS.values())
EXTENSION, MOST_EXTENSIONS = "1bd", 2
"""More time to decide: how much, and how often one holder of a seat may take it."""
HERE, AGAIN = "here", "again"
"""How it goes on after it was sent back: from whoever sent it back, or with everybody asked anew."""


@dataclass(frozen=True)
class StepNow:
    """A step as frozen: `rule` is all, any, quorum:N or percent:N; `join` counts branches of its block the same way."""

    rule: str = "all"
    kind: str = "approve"
    keys: bool = False
    block: int = 0
    branch: str = ""
    join: str = "all"
    lift: bool = True


def spec_of(route: Mapping[str, Any]) -> list[StepNow]:
    """The steps of a frozen route; what an older one did not freeze has its plain meaning."""
    return [
        StepNow(
            step["rule"], step["kind"], step["keys"], step.get("block", number), step.get("branch", ""),
            step.get("join", "all"), step.get("lift", True),
        )
        for number, step in enumerate(route["steps"])
    ]  # fmt: skip


@dataclass(frozen=True)
class SeatNow:
    """A seat of the round in hand; the no of a `veto` seat ends the round whatever the rule."""

    id: int
    step: int
    member: int
    state: str
    veto: bool = False


@dataclass(frozen=True)
class Change:
    """What a verb does to a round: new seat states by id; seats asked anew, with the state of their next turn; its end."""

    seats: Mapping[int, str] = field(default_factory=dict)
    renewed: Mapping[int, str] = field(default_factory=dict)
    ends: str | None = None


@dataclass(frozen=True)
class Settled:
    """What follows from the decisions: the state of every seat nobody decided on, and the end they have come to."""

    states: Mapping[int, str]
    end: str | None = None


class NotLiftable(Exception):
    """A step below may not be approved over; `step` is its number from 0."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


def decide(steps: Sequence[StepNow], seats: Sequence[SeatNow], seat: int, state: str) -> Change:
    """One seat is decided on: approved, answered or rejected."""
    return _change(steps, seats, _with(seats, {seat: state}))


def undo(steps: Sequence[StepNow], seats: Sequence[SeatNow], seat: int) -> Change:
    """A decision is taken back: the seat is asked again, and whoever was asked because of it is not."""
    return _change(steps, seats, _with(seats, {seat: PLANNED}))


def lift(steps: Sequence[StepNow], seats: Sequence[SeatNow], seat: int) -> Change:
    """A later seat approves over everybody before it (引上げ). Raises NotLiftable: a key, a review or an opinion waits there."""
    mine = next(row for row in seats if row.id == seat)
    over = [row for row in seats if _holds_up(steps, row) and _before(steps, row.step, mine.step)]
    for row in over:
        if not _liftable(steps[row.step]):
            raise NotLiftable(row.step)
    return _change(steps, seats, _with(seats, {**{row.id: LIFTED for row in over}, seat: APPROVED}))


def send_back(steps: Sequence[StepNow], seats: Sequence[SeatNow], seat: int, target: int, resume: str) -> Change:
    """Back to an earlier step: it is asked anew; `here` goes on with the returner then, `again` asks everybody between too."""
    asked = [
        row
        for row in seats
        if row.state in FIXED and (row.step == target or (resume == AGAIN and _before(steps, target, row.step)))
    ]
    after = _with(seats, {**{row.id: PLANNED for row in asked}, seat: PLANNED})
    settled = settle(steps, after).states
    renewed = {row.id: settled[row.id] for row in asked} | {seat: settled[seat]}
    moved = {
        row.id: settled[row.id]
        for row in seats
        if row.id not in renewed and settled.get(row.id, row.state) != row.state
    }
    return Change({**moved, seat: RETURNED}, renewed)


def end(seats: Sequence[SeatNow], verb: str, seat: int | None = None) -> Change:
    """Return to the requester, withdraw: the round ends and whoever was still asked is no longer."""
    closed = {row.id: CLOSED for row in seats if row.state in (WAITING, PLANNED)}
    return Change({**closed, **({} if seat is None else {seat: ENDS[verb]})}, ends=ENDS[verb])


def earlier(steps: Sequence[StepNow], step: int) -> list[int]:
    """The steps somebody at `step` may send back to: those that were through before it opened."""
    return [number for number in range(step) if _before(steps, number, step) and steps[number].kind != "circulate"]


def settle(steps: Sequence[StepNow], seats: Sequence[SeatNow]) -> Settled:
    """What follows for seats nobody decided on: waiting, planned, passed, or closed because the round has come to its end."""
    states: dict[int, str] = {}
    reached = True
    for block in blocks(steps):
        here = [seat for seat in seats if seat.step in block]
        outcome = _outcome(steps, block, here) if reached else None
        if outcome == REJECTED:
            return Settled({seat.id: CLOSED for seat in seats if seat.state not in FIXED}, REJECTED)
        states |= (
            _open(steps, block, here) if outcome is None and reached else _rest(here, PASSED if reached else PLANNED)
        )
        reached = reached and outcome is not None
    return Settled(states, APPROVED if reached else None)


def blocks(steps: Sequence[StepNow]) -> Iterator[range]:
    """The numbers of the steps that run side by side, block after block."""
    for _block, numbers in groupby(range(len(steps)), key=lambda number: steps[number].block):
        found = list(numbers)
        yield range(found[0], found[-1] + 1)


def outcome_of(step: StepNow, seats: Sequence[SeatNow]) -> str | None:
    """What the seats of one step have come to: approved, rejected, or None while it is open."""
    if step.kind == "circulate":
        return APPROVED
    states = [seat.state for seat in seats]
    yes, no = sum(state in THROUGH for state in states), states.count(REJECTED)
    needed = count_needed(step.rule, len(seats))
    vetoed = any(seat.veto and seat.state == REJECTED for seat in seats)
    if vetoed or len(seats) - no < needed or (no and step.rule in ("all", "any")):
        return REJECTED
    heard = all(seat.state in FIXED for seat in seats if seat.veto)
    return APPROVED if yes >= needed and heard else None


def count_needed(rule: str, total: int) -> int:
    """How many of `total` must say yes; a percentage is rounded up, nothing is ever carried by nobody."""
    word, _, number = rule.partition(":")
    if word == "all":
        return total
    wanted = {"any": 1, "quorum": int(number or 1), "percent": -(-total * int(number or 100) // 100)}[word]
    return max(1, min(wanted, total))


def _outcome(steps: Sequence[StepNow], block: range, seats: Sequence[SeatNow]) -> str | None:
    found = [_branch_outcome(steps, branch, seats) for branch in _branches(steps, block)]
    needed = count_needed(steps[block[0]].join, len(found))
    if len(found) - found.count(REJECTED) < needed:
        return REJECTED
    return APPROVED if found.count(APPROVED) >= needed else None


def _branches(steps: Sequence[StepNow], block: range) -> list[list[int]]:
    names = list(dict.fromkeys(steps[number].branch for number in block))
    return [[number for number in block if steps[number].branch == name] for name in names]


def _branch_outcome(steps: Sequence[StepNow], branch: Sequence[int], seats: Sequence[SeatNow]) -> str | None:
    found = [outcome_of(steps[number], [seat for seat in seats if seat.step == number]) for number in branch]
    if REJECTED in found:
        return REJECTED
    return None if None in found else APPROVED


def _open(steps: Sequence[StepNow], block: range, seats: Sequence[SeatNow]) -> dict[int, str]:
    """In an open block each branch is asked at its first step that is not through."""
    states: dict[int, str] = {}
    for branch in _branches(steps, block):
        refused = _branch_outcome(steps, branch, seats) == REJECTED
        asked = False
        for number in branch:
            here = [seat for seat in seats if seat.step == number]
            through = outcome_of(steps[number], here) == APPROVED
            states |= _rest(here, PASSED if refused or (through and not asked) else PLANNED if asked else WAITING)
            asked = asked or not through
    return states


def _rest(seats: Sequence[SeatNow], state: str) -> dict[int, str]:
    return {seat.id: state for seat in seats if seat.state not in FIXED}


def _before(steps: Sequence[StepNow], one: int, other: int) -> bool:
    """Whether a step must be through before the other opens."""
    return one < other and (steps[one].block != steps[other].block or steps[one].branch == steps[other].branch)


def _holds_up(steps: Sequence[StepNow], seat: SeatNow) -> bool:
    """Whether a later step waits for it; one who was not needed, or only reads, is not approved over."""
    return seat.state in (WAITING, PLANNED) and steps[seat.step].kind != "circulate"


def _liftable(step: StepNow) -> bool:
    return step.lift and not step.keys and step.kind == "approve"


def _change(steps: Sequence[StepNow], before: Sequence[SeatNow], after: Sequence[SeatNow]) -> Change:
    settled = settle(steps, after)
    final = _with(after, settled.states)
    changed = {new.id: new.state for old, new in zip(before, final, strict=True) if old.state != new.state}
    return Change(changed, ends=settled.end)


def _with(seats: Sequence[SeatNow], states: Mapping[int, str]) -> list[SeatNow]:
    return [replace(seat, state=states.get(seat.id, seat.state)) for seat in seats]


def with_state(seat: SeatNow, state: str) -> SeatNow:
    """The same seat in another state."""
    return replace(seat, state=state)


def since(before: Sequence[SeatNow], change: Change, between: Sequence[SeatNow]) -> Change:
    """A change computed from `between`, told as a change from `before`."""
    final = {seat.id: change.seats.get(seat.id, seat.state) for seat in between}
    return Change(
        {seat.id: final[seat.id] for seat in before if final[seat.id] != seat.state}, change.renewed, change.ends
    )
