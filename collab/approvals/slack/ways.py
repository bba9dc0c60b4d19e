"""What else a member may do with a round just now: the rarer verbs, by the names cards know them by."""

from __future__ import annotations

from collections.abc import Iterator

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules import adding, progress
from collab.approvals.rules.progress import MOST_EXTENSIONS, NotLiftable
from collab.approvals.service.deciding import overruled
from collab.approvals.service.lifting import later_seat
from collab.kernel.actor import Actor


def of(chain: Chain, viewer: Actor, seat: SeatView | None) -> tuple[str, ...]:
    """The ways of a viewer who is asked on `seat` (or on none). What is offered is still checked when it is pressed."""
    if viewer.is_auditor or viewer.is_partner or viewer.id in chain.barred:
        return ()
    return tuple(dict.fromkeys([*(_on(chain, viewer, seat) if seat else ()), *_beside(chain, viewer)]))


def needs_words(chain: Chain) -> bool:
    """Whether a final yes overrules somebody who spoke for the customer."""
    return bool(overruled(chain))


def _on(chain: Chain, viewer: Actor, seat: SeatView) -> Iterator[str]:
    """What can be done on a seat beside its three buttons; a deputy decides, and nothing else."""
    decides = chain.kind(seat) in ("approve", "review")
    if decides:
        yield from ("conditions", "reject")
    if seat.member != viewer.id:
        return
    yield "release" if seat.held_until else "hold"
    yield "later"
    if seat.extensions < MOST_EXTENSIONS and not seat.held_until:
        yield "more_time"
    if decides and chain.route.get("extra", True) and adding.count_added(chain.route) < adding.MOST_STEPS:
        yield "add_step"


def _beside(chain: Chain, viewer: Actor) -> Iterator[str]:
    """What can be done without being asked: over those below, and back on one's own."""
    if chain.state == "pending":
        if skipped(chain, viewer.id):
            yield "lift"
        done = chain.decided()
        if done and done[-1].decider == viewer.id and done[-1].carried_from is None:
            yield "undo"
    if chain.state == "approved" and [seat.decider for seat in chain.deciders()] == [viewer.id]:
        yield "revoke"


def skipped(chain: Chain, member: int) -> list[SeatView]:
    """Whom a member would approve over from their later seat; nobody where they may not."""
    seat = later_seat(chain, member)
    if seat is None or chain.state != "pending":
        return []
    try:
        change = progress.lift(chain.spec, chain.now(), seat.id)
    except NotLiftable:
        return []
    return [row for row in chain.seats if change.seats.get(row.id) == progress.LIFTED]
