"""How a decision moves a round on: which seats change, which step opens, whether the round ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

PLANNED, WAITING, APPROVED, RETURNED, REJECTED, PASSED, CLOSED = (
    "planned",
    "waiting",
    "approved",
    "returned",
    "rejected",
    "passed",
    "closed",
)
DECIDED = frozenset({APPROVED, RETURNED, REJECTED})
SEAT_STATES = (PLANNED, WAITING, APPROVED, RETURNED, REJECTED, PASSED, CLOSED)
ENDS = {"return": "returned", "reject": "rejected", "withdraw": "withdrawn", "revoke": "revoked"}
ROUND_STATES = ("pending", "approved", *ENDS.values())
EXTENSION, MOST_EXTENSIONS = "1bd", 2
"""More time to decide: how much, and how often one holder of a seat may take it."""


@dataclass(frozen=True)
class SeatNow:
    """A seat of the round in hand."""

    id: int
    step: int
    member: int
    state: str


@dataclass(frozen=True)
class Change:
    """What a verb does to a round: new seat states by id, the step that opens, the state the round ends in."""

    seats: Mapping[int, str] = field(default_factory=dict)
    opens: int | None = None
    ends: str | None = None


def approve(seats: Sequence[SeatNow], seat: SeatNow, rules: Sequence[str]) -> Change:
    """A yes from one seat. `rules` are the steps' rules by number: `all` waits for everyone, `any` for the first."""
    after = _with(seats, {seat.id: APPROVED})
    here = [other for other in after if other.step == seat.step]
    if rules[seat.step] == "any":
        after = _with(after, {other.id: PASSED for other in here if other.state == WAITING})
    elif any(other.state == WAITING for other in here):
        return Change({seat.id: APPROVED})
    return _step_finished(seats, after, seat.step, last=len(rules) - 1)


def end(seats: Sequence[SeatNow], verb: str, seat: SeatNow | None = None) -> Change:
    """Return, reject, withdraw or revoke: the round ends and whoever was still asked is no longer."""
    closed = {other.id: CLOSED for other in seats if other.state in (WAITING, PLANNED)}
    own = {seat.id: ENDS[verb]} if seat else {}
    return Change({**closed, **own}, ends=ENDS[verb])


def undo(seats: Sequence[SeatNow], seat: SeatNow) -> Change:
    """An approval taken back: the seat is asked again, its step is the current one again."""
    reopened = {other.id: PLANNED for other in seats if other.step > seat.step and other.state == WAITING}
    asked_again = {other.id: WAITING for other in seats if other.step == seat.step and other.state == PASSED}
    return Change({**reopened, **asked_again, seat.id: WAITING}, opens=seat.step)


def _step_finished(before: Sequence[SeatNow], after: Sequence[SeatNow], step: int, *, last: int) -> Change:
    changed = dict(_changed(before, after))
    if step == last:
        return Change(changed, ends="approved")
    opened = {seat.id: WAITING for seat in after if seat.step == step + 1}
    return Change({**changed, **opened}, opens=step + 1)


def _with(seats: Sequence[SeatNow], states: Mapping[int, str]) -> list[SeatNow]:
    return [replace(seat, state=states.get(seat.id, seat.state)) for seat in seats]


def _changed(before: Sequence[SeatNow], after: Sequence[SeatNow]) -> Iterator[tuple[int, str]]:
    return ((new.id, new.state) for old, new in zip(before, after, strict=True) if old.state != new.state)
